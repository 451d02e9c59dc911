import { HttpProblem } from "../problem.ts";
import type { Handler } from "../route.ts";

/** Says whether new work is taken. */
export function ready(isDraining: () => boolean): Handler {
  return () => {
    if (!isDraining()) return { status: 200, body: { status: "ready" } };
    throw new HttpProblem("ENGINE_CLOSED", "Cannot take new work: the server is shutting down");
  };
}
