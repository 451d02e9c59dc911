import type { Engine } from "../../lib/engine/engine.ts";
import { isTerminal } from "../../lib/engine/state.ts";
import { requireView } from "../execution-id.ts";
import type { Handler } from "../route.ts";

/** Shows how an execution stands, wherever it runs or ran. Once it has ended the reply never changes again, so only then it can be kept. */
export function getExecution(engine: Engine): Handler {
  return async (request) => {
    const view = await requireView(engine, request);
    if (!isTerminal(view.status)) return { status: 200, body: view };
    const tag = `"${view.executionId}-${view.sequence}"`;
    const headers = { ETag: tag, "Cache-Control": "private, no-cache" };
    if (hasTag(request.headers.get("if-none-match"), tag)) return { status: 304, headers };
    return { status: 200, body: view, headers };
  };
}

/** RFC 9110 section 13.1.2: weakly compared, so `W/` makes no difference. */
function hasTag(wanted: string | null, tag: string): boolean {
  if (wanted === null) return false;
  return wanted.split(",").some((part) => part.trim() === "*" || part.trim().replace(/^W\//, "") === tag);
}
