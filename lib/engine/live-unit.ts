import type { UnitAddress } from "./events.ts";
import type { RunningAttempt } from "./host.ts";
import type { PreparedCall, PreparedWorkflow } from "./prepare.ts";
import type { ResolvedCall } from "./resolve-step.ts";
import type { LocalScope } from "./scope.ts";
import type { ExecutionState } from "./state.ts";
import { isCompensation, itemOf, stepOf } from "./unit-address.ts";

/** What a process holds of a unit that has started and not ended. None of it is recorded; all can be made again. */
export interface LiveUnit {
  readonly address: UnitAddress;
  /** Undefined for a unit that only waits. */
  readonly call: PreparedCall | undefined;
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

/** The units that this process has something of. An array, by unit: a map that one comes to and another leaves is rebuilt over and over. */
export class LiveUnits {
  readonly #units: (LiveUnit | undefined)[] = [];

  get isAnyRunning(): boolean {
    return this.#units.some((live) => live?.running !== undefined);
  }

  add(unit: number, live: LiveUnit): void {
    const units = this.#units;
    while (units.length <= unit) units.push(undefined);
    units[unit] = live;
  }

  get(unit: number): LiveUnit | undefined {
    return unit < this.#units.length ? this.#units[unit] : undefined;
  }

  /** Calls `visit` with each unit, in their order. */
  forEach(visit: (live: LiveUnit, unit: number) => void): void {
    for (const [unit, live] of this.#units.entries()) if (live !== undefined) visit(live, unit);
  }

  delete(unit: number): void {
    if (unit < this.#units.length) this.#units[unit] = undefined;
  }

  /** Forgets a unit that ended without an attempt: in a wait, or between two attempts. */
  dispose(unit: number): void {
    const live = this.get(unit);
    if (live === undefined) return;
    live.timer?.[Symbol.dispose]();
    this.delete(unit);
  }

  /** Forgets all units, and gives them. */
  clear(): readonly LiveUnit[] {
    const live = this.#units.filter((unit) => unit !== undefined);
    this.#units.length = 0;
    return live;
  }
}

export function newLiveUnit(address: UnitAddress, call: PreparedCall | undefined): LiveUnit {
  return {
    address,
    call,
    resolved: undefined,
    local: undefined,
    startedMs: 0,
    running: undefined,
    hasSlot: false,
    timer: undefined,
  };
}

/** An execution, and what it was made of. */
interface Whole {
  readonly prepared: PreparedWorkflow;
  readonly state: ExecutionState;
}

/** What is called for a unit; undefined for one that only waits. */
export function callOf({ prepared: { steps }, state }: Whole, unit: number): PreparedCall | undefined {
  const prepared = steps[stepOf(state, unit)];
  return isCompensation(state, unit) ? prepared?.compensation : prepared?.call;
}

/** Whether the unit is a child execution. What undoes one is not. */
export function runsChild(state: ExecutionState, unit: number): boolean {
  return state.plan.steps[stepOf(state, unit)]?.isChild === true && !isCompensation(state, unit);
}

/** Whether an attempt of the unit may start. What stops starts nothing but compensations. */
export function mayStart(state: ExecutionState, unit: number): boolean {
  if (state.stopping !== undefined && !isCompensation(state, unit)) return false;
  const status = state.units[unit]?.status;
  if (status !== "pending") return status === "ready" || status === "retrying" || status === "repeating";
  const whole = itemOf(state, unit) === undefined ? undefined : state.units[stepOf(state, unit)];
  return whole?.status === "mapping" && whole.failure === undefined;
}
