import { signalName, signalNameMessage } from "../../dsl/step-limits.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import type { ExecutionView } from "../../lib/engine/view.ts";
import type { JsonObject, JsonValue } from "../../lib/json.ts";
import { requireExecutionId, requireView } from "../execution-id.ts";
import { idempotencyOf } from "../idempotency.ts";
import { HttpProblem } from "../problem.ts";
import { RequestErrors } from "../request-errors.ts";
import type { Handler } from "../route.ts";

/**
 * Sends a signal, which is kept until a step waits for it: 202 once it is recorded. A second one with the same
 * `Idempotency-Key` is the first one. With `?require=waiting` it is refused unless a step waits for it now.
 */
export function signalExecution(engine: Engine): Handler {
  return async (request) => {
    const name = requireName(request.params["name"] ?? undefined);
    const payload = parsePayload(request.body);
    const mustWait = parseRequire(request.query);
    const key = idempotencyOf(request.headers, request.body)?.key;
    const executionId = requireExecutionId(request);
    if (mustWait && !waitsFor(await requireView(engine, request), name)) {
      throw new HttpProblem("NOT_WAITING", `Cannot send signal "${name}": no step of the execution waits for it`);
    }
    if (await engine.signal(executionId, name, payload, key === undefined ? {} : { id: key })) {
      return { status: 202, body: { executionId, signal: name } };
    }
    const { status } = await requireView(engine, request);
    throw new HttpProblem("EXECUTION_ENDED", `Cannot send signal "${name}": the execution is ${status}`);
  };
}

function requireName(name = ""): string {
  if (signalName.test(name)) return name;
  throw new HttpProblem("BAD_REQUEST", `Cannot send the signal: its name must be ${signalNameMessage}`);
}

function parsePayload(body: JsonObject): JsonValue {
  const errors = new RequestErrors();
  errors.allowOnly(body, ["payload"]);
  errors.throwIfAny("Cannot send the signal");
  return body["payload"] ?? null;
}

function parseRequire(query: URLSearchParams): boolean {
  const [value, ...others] = query.getAll("require");
  if (value === undefined) return false;
  if (value === "waiting" && others.length === 0) return true;
  throw new HttpProblem("BAD_REQUEST", 'Cannot send the signal: require must be "waiting"');
}

function waitsFor({ steps }: ExecutionView, name: string): boolean {
  return Object.values(steps).some(({ waitsFor: wait }) => wait?.signal === name);
}
