import type { RunningAttempt } from "./host.ts";
import type { PreparedCall, PreparedWorkflow } from "./prepare.ts";
import type { ResolvedCall } from "./resolve-step.ts";
import type { LocalScope } from "./scope.ts";
import type { ExecutionState } from "./state.ts";
import { isCompensation, itemOf, stepOf } from "./unit-address.ts";

/** What a process holds of a unit that has started and not ended. None of it is recorded; all can be made again. */
export interface LiveUnit {
  /** Undefined until the unit's templates were looked at. */
  resolved: ResolvedCall | undefined;
  local: LocalScope | undefined;
  /** When the current attempt started. */
  startedMs: number;
  running: RunningAttempt | undefined;
  hasSlot: boolean;
  /** For the next attempt or iteration, or the end of a wait. */
  timer: Disposable | undefined;
}

/** The units that this process has something of. */
export class LiveUnits {
  readonly #units = new Map<number, LiveUnit>();

  get isAnyRunning(): boolean {
    for (const { running } of this.#units.values()) if (running !== undefined) return true;
    return false;
  }

  /** The unit, made when it is not there yet. */
  of(unit: number): LiveUnit {
    const known = this.#units.get(unit);
    if (known !== undefined) return known;
    const live = newLiveUnit();
    this.#units.set(unit, live);
    return live;
  }

  get(unit: number): LiveUnit | undefined {
    return this.#units.get(unit);
  }

  entries(): Iterable<[number, LiveUnit]> {
    return this.#units.entries();
  }

  delete(unit: number): void {
    this.#units.delete(unit);
  }

  /** Forgets a unit that ended without an attempt: in a wait, or between two attempts. */
  dispose(unit: number): void {
    const live = this.#units.get(unit);
    if (live === undefined) return;
    live.timer?.[Symbol.dispose]();
    this.#units.delete(unit);
  }

  /** Forgets all units, and gives them. */
  clear(): readonly LiveUnit[] {
    const live = [...this.#units.values()];
    this.#units.clear();
    return live;
  }
}

function newLiveUnit(): LiveUnit {
  return {
    resolved: undefined,
    local: undefined,
    startedMs: 0,
    running: undefined,
    hasSlot: false,
    timer: undefined,
  };
}

/** What is called for a unit; undefined for one that only waits. */
export function callOf({ steps }: PreparedWorkflow, state: ExecutionState, unit: number): PreparedCall | undefined {
  const prepared = steps[stepOf(state, unit)];
  return isCompensation(state, unit) ? prepared?.compensation : prepared?.call;
}

/** Whether an attempt of the unit may start. What stops starts nothing but compensations. */
export function mayStart(state: ExecutionState, unit: number): boolean {
  if (state.stopping !== undefined && !isCompensation(state, unit)) return false;
  const status = state.units[unit]?.status;
  if (status !== "pending") return status === "ready" || status === "retrying" || status === "repeating";
  const whole = itemOf(state, unit) === undefined ? undefined : state.units[stepOf(state, unit)];
  return whole?.status === "mapping" && whole.failure === undefined;
}
