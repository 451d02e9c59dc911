import type { Engine } from "../../lib/engine/engine.ts";
import { isTerminal } from "../../lib/engine/state.ts";
import { tagged } from "../etag.ts";
import { requireView } from "../execution-id.ts";
import type { Handler } from "../route.ts";

/** Shows how an execution stands, wherever it runs or ran. Once it has ended the reply never changes again, so only then it can be kept. */
export function getExecution(engine: Engine): Handler {
  return async (request) => {
    const view = await requireView(engine, request);
    if (!isTerminal(view.status)) return { status: 200, body: view };
    return tagged(request, `${view.executionId}-${view.sequence}`, view);
  };
}
