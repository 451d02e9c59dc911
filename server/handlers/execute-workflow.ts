import type { Engine, StartedExecution, StartOptions } from "../../lib/engine/engine.ts";
import type { Execution } from "../../lib/engine/execution.ts";
import { ValidationError } from "../../lib/errors.ts";
import { remoteTrace } from "../../lib/telemetry.ts";
import type { Workflow } from "../../lib/workflow.ts";
import { accepted } from "../accepted.ts";
import { parseExecuteRequest } from "../execute-request.ts";
import { idempotencyOf } from "../idempotency.ts";
import { HttpProblem } from "../problem.ts";
import type { ApiReply, Handler } from "../route.ts";

/** Starts an execution and answers once its record is kept, not when it ends. */
export function executeWorkflow(engine: Engine): Handler {
  // A replay gets the first reply again, although the execution has gone on since.
  const firstReplies = new WeakMap<Execution, ApiReply>();
  return async (request) => {
    const idempotency = idempotencyOf(request.headers, request.body);
    const { workflow, input, correlationId = request.correlationId } = parseExecuteRequest(request, engine.agents);
    const { execution, isReplay } = await start(engine, workflow, {
      correlationId,
      trace: remoteTrace(request.headers),
      ...(input !== undefined && { input }),
      ...(idempotency !== undefined && { idempotency }),
    });
    const first = firstReplies.get(execution) ?? accepted(execution);
    firstReplies.set(execution, first);
    return isReplay ? { ...first, headers: { ...first.headers, "Idempotency-Replayed": "true" } } : first;
  };
}

/** The engine checks the input from its own top; in the body it is one level down. */
async function start(engine: Engine, workflow: Workflow, options: StartOptions): Promise<StartedExecution> {
  try {
    return await engine.start(workflow, options);
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    const errors = error.issues.map(({ pointer, message }) => ({
      pointer: `/input${pointer}`,
      code: "VALIDATION" as const,
      message,
    }));
    throw new HttpProblem("VALIDATION", error.message, { errors });
  }
}
