import type { ExecutionEvent, JournalEntry } from "../../lib/engine/events.ts";
import { countUsage } from "../../lib/engine/fold-unit.ts";
import { roundMs } from "../../lib/engine/round-ms.ts";
import { isSettled, isTerminal, pending, type StepState } from "../../lib/engine/state.ts";
import { cancelledUnit, transition, type UnitEvent } from "../../lib/engine/unit-transition.ts";
import { viewUnit, type BudgetView, type ExecutionView, type StepView } from "../../lib/engine/view.ts";
import type { JsonValue } from "../../lib/json.ts";
import { partLabel } from "./part-label.ts";
import { statusOfUnits, type CountedUnit } from "./status-of-units.ts";
import { unitOfView } from "./unit-of-view.ts";

/**
 * How an execution stands by what was told of it: a snapshot, and the entries since; or entries alone, and then steps come
 * into the picture with their first event. The workflow itself is not needed.
 */
export class ExecutionPicture {
  /** As last told in whole, and kept up but for steps and times. */
  #view: ExecutionView;
  /** Milliseconds since the execution was created, when the last thing told of it happened. */
  #elapsedMs: number;
  #startedMs: number | undefined;
  /** On top of what the snapshot tells. */
  readonly #used = { calls: 0, tokens: 0, usd: 0 };
  readonly #units = new Map<string, StepState>();
  /** What runs below a step, by step and label: its items and what undoes it. Those that have ended are left out. */
  readonly #parts = new Map<string, Map<string, StepState>>();
  /** Steps that had settled when the execution ended; those that the end cut off do not count. */
  #settledAtEnd: number | undefined;
  /** A step has failed for good: the execution waits for nothing but its end. */
  #isFailing = false;

  constructor(view: ExecutionView) {
    this.#view = view;
    this.#elapsedMs = elapsedOf(view);
    this.#startedMs = startOf(view);
    for (const [id, step] of Object.entries(view.steps)) this.#units.set(id, unitOfView(step));
    if (isTerminal(view.status)) this.#settledAtEnd = view.progress.settled;
  }

  get sequence(): number {
    return this.#view.sequence;
  }

  /** ISO 8601, UTC. */
  get createdAt(): string {
    return this.#view.createdAt;
  }

  get isOver(): boolean {
    return isTerminal(this.#view.status);
  }

  /** Milliseconds since the execution was created. */
  get elapsedMs(): number {
    return this.#elapsedMs;
  }

  /** What is known already is passed over. */
  take({ sequence, elapsedMs, event }: JournalEntry): void {
    if (sequence <= this.sequence || isTerminal(this.#view.status)) return;
    this.#elapsedMs = elapsedMs;
    this.#view = { ...this.#view, sequence, ...headOf(event, this.#view, elapsedMs) };
    if (event.type === "execution.started") this.#startedMs = elapsedMs;
    if (event.type === "execution.failing") this.#isFailing = true;
    if (isUnitEvent(event)) this.#takeUnit(event, elapsedMs);
    if (isTerminal(this.#view.status)) this.#end();
  }

  /** The view at `nowMs`, milliseconds since the execution was created. */
  view(nowMs: number): ExecutionView {
    const { status, progress, budget } = this.#view;
    const isOver = isTerminal(status);
    const atMs = isOver ? this.#elapsedMs : nowMs;
    const steps = Object.fromEntries(
      [...this.#units].map(([id, unit]): [string, StepView] => [id, this.#step(id, unit, atMs)]),
    );
    const counted = [...this.#counted()];
    const units = [...this.#units.values()];
    return {
      ...this.#view,
      status: this.#isFailing ? status : statusOfUnits(status, counted),
      ...(this.#startedMs !== undefined && { durationMs: roundMs(atMs - this.#startedMs) }),
      progress: {
        total: Math.max(progress.total, units.length),
        settled: this.#settledAtEnd ?? units.filter(isSettled).length,
        running: counted.filter(({ unit, isChild }) => unit.status === "running" && !isChild).length,
      },
      steps,
      ...(budget !== undefined && { budget: this.#budget(budget) }),
      ...(status === "completed" && this.#view.output === undefined && { output: outputsOf(steps) }),
    };
  }

  /** What runs below a step, by label: `[3]` for an item, and `undo`. */
  parts(stepId: string, nowMs: number): readonly (readonly [label: string, part: StepView])[] {
    return [...(this.#parts.get(stepId) ?? [])].map(([label, unit]) => [
      label,
      { status: unit.status, ...viewUnit(unit, nowMs) },
    ]);
  }

  #budget(told: BudgetView): BudgetView {
    return Object.fromEntries(
      (["calls", "tokens", "usd"] as const).flatMap((part) => {
        const { used, limit } = told[part] ?? {};
        return used === undefined || limit === undefined ? [] : [[part, { used: used + this.#used[part], limit }]];
      }),
    );
  }

  #step(id: string, unit: StepState, nowMs: number): StepView {
    const { name, agent, workflow } = this.#view.steps[id] ?? {};
    return {
      status: unit.status,
      ...(name !== undefined && { name }),
      ...(agent !== undefined && { agent }),
      ...(workflow !== undefined && { workflow }),
      ...viewUnit(unit, nowMs),
      ...("output" in unit && { output: unit.output }),
    };
  }

  *#counted(): Iterable<CountedUnit> {
    for (const [id, unit] of this.#units) {
      const isChild = this.#view.steps[id]?.workflow !== undefined;
      yield { unit, isChild };
      for (const part of this.#parts.get(id)?.values() ?? []) yield { unit: part, isChild };
    }
  }

  #takeUnit(event: UnitEvent, elapsedMs: number): void {
    const { stepId } = event;
    countUsage(this.#used, this.#view.steps[stepId]?.workflow !== undefined, event);
    const label = partLabel(event);
    if (label === undefined) {
      const before = this.#units.get(stepId) ?? pending;
      if (event.type === "step.recovered" && before.status !== "recovering") return;
      this.#units.set(stepId, transition(before, elapsedMs, event));
      return;
    }
    const parts = this.#parts.get(stepId) ?? new Map<string, StepState>();
    this.#parts.set(stepId, parts);
    const after = transition(parts.get(label) ?? pending, elapsedMs, event);
    if (isSettled(after)) parts.delete(label);
    else parts.set(label, after);
    this.#countItem(event, isSettled(after));
  }

  #countItem(event: UnitEvent, isEnd: boolean): void {
    const whole = this.#units.get(event.stepId);
    if (whole?.status !== "mapping" || !("item" in event)) return;
    const isReused = event.type === "item.completed" && event.reusedFrom !== undefined;
    const started = event.type === "item.started" || isReused ? 1 : 0;
    const ended = isEnd ? 1 : 0;
    const failure = event.type === "item.failed" ? { error: event.error, attempts: event.attempts } : undefined;
    this.#units.set(event.stepId, {
      ...whole,
      active: Math.max(0, whole.active + started - ended),
      ended: whole.ended + ended,
      failure: whole.failure ?? failure,
    });
  }

  /** Whatever has not settled will not any more. */
  #end(): void {
    this.#parts.clear();
    this.#settledAtEnd = [...this.#units.values()].filter(isSettled).length;
    for (const [id, unit] of this.#units) {
      if (!isSettled(unit)) this.#units.set(id, cancelledUnit(unit, this.#elapsedMs, false));
    }
  }
}

/** When a view was made, in milliseconds since its execution was created: by the clock of who made it. */
export function elapsedOf(view: ExecutionView): number {
  return (startOf(view) ?? 0) + (view.durationMs ?? 0);
}

function startOf({ createdAt, startedAt }: ExecutionView): number | undefined {
  return startedAt === undefined ? undefined : Date.parse(startedAt) - Date.parse(createdAt);
}

function headOf(event: ExecutionEvent, view: ExecutionView, elapsedMs: number): Partial<ExecutionView> {
  const at = (): string => new Date(Date.parse(view.createdAt) + elapsedMs).toISOString();
  switch (event.type) {
    case "execution.started":
      return { status: "running", startedAt: at() };
    case "execution.cancelling":
      return { status: "cancelling", reason: event.reason };
    case "execution.completed":
      return { status: "completed", endedAt: at(), ...(event.output !== undefined && { output: event.output }) };
    case "execution.failed":
      return { status: "failed", endedAt: at(), error: event.error };
    case "execution.cancelled":
      return { status: "cancelled", endedAt: at(), reason: event.reason };
    default:
      return {};
  }
}

function outputsOf(steps: Readonly<Record<string, StepView>>): JsonValue {
  return Object.fromEntries(
    Object.entries(steps).flatMap(([id, { output }]) => (output === undefined ? [] : [[id, output] as const])),
  );
}

/** Events that tell of the times between, and change nothing of how a unit stands. */
const passing: ReadonlySet<ExecutionEvent["type"]> = new Set([
  "step.started",
  "attempt.failed",
  "attempt.late",
  "timeout.fired",
  "circuit.opened",
  "circuit.half_opened",
  "circuit.closed",
  "circuit.rejected",
  "bulkhead.rejected",
  "rate_limit.rejected",
] as const);

function isUnitEvent(event: ExecutionEvent): event is UnitEvent {
  return (
    "stepId" in event && event.stepId !== undefined && event.type !== "execution.failing" && !passing.has(event.type)
  );
}
