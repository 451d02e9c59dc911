import type { Engine } from "../lib/engine/engine.ts";
import type { Execution } from "../lib/engine/execution.ts";
import { HttpProblem } from "./problem.ts";
import type { ApiRequest } from "./route.ts";

/**
 * The execution that the path names.
 *
 * @throws {HttpProblem} 404, also for what cannot be an id.
 */
export function requireExecution(engine: Engine, request: Pick<ApiRequest, "params">): Execution {
  const execution = engine.get(requireExecutionId(request));
  if (execution === undefined) throw executionNotFound();
  return execution;
}

/** The id in the path. */
export function requireExecutionId({ params: { id = "" } }: Pick<ApiRequest, "params">): string {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(id)) return id;
  throw executionNotFound();
}

export function executionNotFound(): HttpProblem {
  return new HttpProblem("NOT_FOUND", "Cannot find the execution: none with this id is kept");
}
