import type { Execution } from "../lib/engine/execution.ts";
import type { ApiReply } from "./route.ts";

/** The answer to a request that started an execution: where to look at it and how to stop it. */
export function accepted({ id, status }: Pick<Execution, "id" | "status">): ApiReply {
  const self = `/executions/${id}`;
  const links = { self, journal: `${self}/journal`, events: `${self}/events`, cancel: `${self}/cancel` };
  return { status: 202, body: { executionId: id, status, links }, headers: { Location: self, "Retry-After": "1" } };
}
