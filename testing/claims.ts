import type { ExecutionEvent } from "../lib/engine/events.ts";
import { canonicalJson } from "../lib/workflow-hash.ts";
import type { Recorded } from "./test-run.ts";
import { subjectOf } from "./timeline.ts";

/** What is said of a run, whether it is so, and what is so instead. */
export interface Claim {
  readonly holds: boolean;
  /** As in "to have completed". */
  readonly wanted: string;
  /** As in "it failed: UNKNOWN: no". */
  readonly found: string;
}

type EventOf<Type extends ExecutionEvent["type"]> = Extract<ExecutionEvent, { type: Type }>;

/** With an output: that it is this one, too. */
export function completed(run: Recorded & { readonly output?: unknown }, output?: unknown): Claim {
  const end = endOf(run);
  const hasCompleted = end === "it completed";
  if (output === undefined) return { holds: hasCompleted, wanted: "to have completed", found: end };
  const given = text(run.output);
  const found = hasCompleted ? `its output is ${given}` : end;
  return { holds: hasCompleted && given === text(output), wanted: `to have completed with ${text(output)}`, found };
}

/** With a code, or a part of the message: that it failed so. */
export function failed(run: Recorded, why?: string | RegExp): Claim {
  const wanted =
    why === undefined ? "to have failed" : `to have failed with ${typeof why === "string" ? `"${why}"` : why}`;
  const [end] = eventsOf(run, "execution.failed");
  if (end === undefined) return { holds: false, wanted, found: endOf(run) };
  const { code, message } = end.error;
  const holds =
    why === undefined || (typeof why === "string" ? code === why || message.includes(why) : why.test(message));
  return { holds, wanted, found: endOf(run) };
}

export function cancelled(run: Recorded): Claim {
  return {
    holds: eventsOf(run, "execution.cancelled").length > 0,
    wanted: "to have been cancelled",
    found: endOf(run),
  };
}

/** How many attempts of a step came after a failed one; over all items of a step with `forEach`. */
export function retried(run: Recorded, stepId: string, times: number): Claim {
  const found = eventsOf(run, "retry.scheduled").filter(
    (event) => event.stepId === stepId && event.compensating !== true,
  );
  const wanted = `to have retried "${stepId}" ${often(times)}`;
  return { holds: found.length === times, wanted, found: `it retried it ${often(found.length)}` };
}

/** In which order steps started, as far as they are named. */
export function ranInOrder(run: Recorded, stepIds: readonly string[]): Claim {
  const started = [...new Set(run.entries.flatMap(({ event }) => (hasStarted(event) ? [event.stepId] : [])))];
  const order = started.filter((id) => stepIds.includes(id));
  const found = `they started in the order ${list(order)}`;
  return { holds: text(order) === text([...stepIds]), wanted: `to have run ${list(stepIds)} in this order`, found };
}

/** `key` is the agent's id, unless the step's circuit breaker has a key of its own. */
export function openedCircuit(run: Recorded, key: string): Claim {
  const keys = eventsOf(run, "circuit.opened").map((event) => event.key);
  const found = keys.length === 0 ? "no circuit opened" : `opened were ${list(keys)}`;
  return { holds: keys.includes(key), wanted: `to have opened the circuit "${key}"`, found };
}

export function timedOut(run: Recorded, stepId: string): Claim {
  const steps = eventsOf(run, "timeout.fired").map((event) => event.stepId);
  const found = steps.length === 0 ? "no attempt timed out" : `attempts of ${list([...new Set(steps)])} did`;
  return { holds: steps.includes(stepId), wanted: `to have timed out in "${stepId}"`, found };
}

export function skipped(run: Recorded, stepId: string): Claim {
  const steps = eventsOf(run, "step.skipped").map((event) => event.stepId);
  const found = `skipped were ${list(steps)}`;
  return { holds: steps.includes(stepId), wanted: `to have skipped "${stepId}"`, found };
}

/** That a step failed and its fallback took its place. */
export function recovered(run: Recorded, stepId: string): Claim {
  const steps = eventsOf(run, "step.recovered").map((event) => event.stepId);
  const found = `recovered were ${list(steps)}`;
  return { holds: steps.includes(stepId), wanted: `to have recovered "${stepId}" by its fallback`, found };
}

/** Which steps were undone, in the order in which that ended. */
export function compensated(run: Recorded, stepIds: readonly string[]): Claim {
  const steps = eventsOf(run, "compensation.completed").map((event) => event.stepId);
  const wanted = `to have compensated ${list(stepIds)} in this order`;
  return { holds: text(steps) === text([...stepIds]), wanted, found: `compensated were ${list(steps)}` };
}

function eventsOf<Type extends ExecutionEvent["type"]>({ entries }: Recorded, type: Type): readonly EventOf<Type>[] {
  return entries.map(({ event }) => event).filter((event): event is EventOf<Type> => event.type === type);
}

function hasStarted(event: ExecutionEvent): event is EventOf<"step.started" | "step.expanded" | "wait.started"> {
  return event.type === "step.started" || event.type === "step.expanded" || event.type === "wait.started";
}

function endOf({ entries }: Recorded): string {
  const last = entries.at(-1)?.event;
  switch (last?.type) {
    case "execution.completed":
      return "it completed";
    case "execution.failed": {
      const { code, message } = last.error;
      const step = entries.map(({ event }) => event).findLast((event) => event.type === "step.failed");
      return `it failed${step === undefined ? "" : ` in "${subjectOf(step)}"`}: ${code}: ${message}`;
    }
    case "execution.cancelled":
      return `it was cancelled: ${last.reason}`;
    default:
      return "it has not ended";
  }
}

function often(times: number): string {
  return times === 1 ? "once" : `${times} times`;
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.map((name) => `"${name}"`).join(", ");
}

function text(value: unknown): string {
  return value === undefined ? "undefined" : canonicalJson(value);
}
