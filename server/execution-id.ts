import type { Engine } from "../lib/engine/engine.ts";
import type { ExecutionView } from "../lib/engine/view.ts";
import { HttpProblem } from "./problem.ts";
import type { ApiRequest } from "./route.ts";

/**
 * How the execution stands that the path names, wherever it runs or ran.
 *
 * @throws {HttpProblem} 404, also for what cannot be an id.
 */
export async function requireView(engine: Engine, request: Pick<ApiRequest, "params">): Promise<ExecutionView> {
  const view = await engine.view(requireExecutionId(request));
  if (view === undefined) throw executionNotFound();
  return view;
}

/** The id in the path. */
export function requireExecutionId({ params: { id } }: Pick<ApiRequest, "params">): string {
  if (typeof id === "string" && /^[A-Za-z0-9_-]{1,64}$/.test(id)) return id;
  throw executionNotFound();
}

export function executionNotFound(): HttpProblem {
  return new HttpProblem("NOT_FOUND", "Cannot find the execution: none with this id is kept");
}
