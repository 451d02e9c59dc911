import type { RecordedStatus } from "./journal.ts";

export const recordedStatuses = [
  "queued",
  "running",
  "waiting",
  "cancelling",
  "completed",
  "failed",
  "cancelled",
] as const satisfies readonly RecordedStatus[];

/** Whether nothing can happen to an execution any more. */
export function isEnded(status: RecordedStatus): boolean {
  return status === "completed" || status === "failed" || status === "cancelled";
}
