import type { ExecutionSummary } from "../lib/journal/journal.ts";

/** Where a page of executions ended: its last one. Those that are started later stand before it, so no page moves. */
export type ListPlace = Pick<ExecutionSummary, "createdAt" | "executionId">;

export function cursorOf({ createdAt, executionId }: ListPlace): string {
  return `${createdAt}.${executionId}`;
}

/** Undefined for what is no cursor. */
export function parseCursor(text: string): ListPlace | undefined {
  const [, createdAt, executionId] = /^(\d{1,15})\.([A-Za-z0-9_-]{1,64})$/.exec(text) ?? [];
  return executionId === undefined ? undefined : { createdAt: Number(createdAt), executionId };
}
