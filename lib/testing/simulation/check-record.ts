import { isTerminal } from "../../engine/state.ts";
import type { Faults } from "./faults.ts";
import type { Complain, History } from "./history.ts";
import type { Recorder } from "./recorder.ts";

/** The record itself: without gaps, in the order of time, from a creation to one end, as those heard who waited for it. */
export function checkRecord({ entries, executionId }: History, recorder: Recorder, complain: Complain): void {
  let elapsedMs = 0;
  let end: string | undefined;
  for (const [index, entry] of entries.entries()) {
    const { type } = entry.event;
    if (entry.sequence !== index + 1) complain(`entry ${index + 1} has the sequence ${entry.sequence}`);
    if (entry.elapsedMs < elapsedMs)
      complain(`time goes back from ${elapsedMs} to ${entry.elapsedMs} at #${entry.sequence}`);
    if ((type === "execution.created") !== (index === 0)) complain(`"${type}" stands at #${index + 1}`);
    if (end !== undefined) complain(`"${type}" comes after "${end}"`);
    const status = type.slice("execution.".length);
    if (type === `execution.${status}` && isEnd(status)) end = status;
    elapsedMs = entry.elapsedMs;
  }
  const told = recorder.toldEnds.get(executionId);
  if (told !== undefined && told !== end) complain(`it was said to be ${told}, and the journal says ${end}`);
  if (end !== undefined) return;
  const last = entries.at(-1)?.event;
  complain(
    `it has not ended; its last entry is "${last?.type}"${last !== undefined && "stepId" in last ? ` of ${last.stepId}` : ""}`,
  );
}

function isEnd(status: string): boolean {
  return (status === "completed" || status === "failed" || status === "cancelled") && isTerminal(status);
}

/** One idempotency key is one execution, for as long as the key lives; a clock that jumps may end its life. */
export function checkRequests({ startedByKey, violations }: Recorder, { clockJump }: Faults): void {
  if (clockJump > 0) return;
  for (const [key, ids] of startedByKey) {
    if (ids.size > 1) violations.push(`the idempotency key "${key}" led to ${[...ids].join(", ")}`);
  }
}
