import type { RecordedStatus } from "./journal.ts";

/** Whether nothing can happen to an execution any more. */
export function isEnded(status: RecordedStatus): boolean {
  return status === "completed" || status === "failed" || status === "cancelled";
}
