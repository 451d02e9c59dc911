import type { Clock } from "../../lib/clock.ts";
import type { Engine, StartedExecution, StartOptions } from "../../lib/engine/engine.ts";
import type { Execution } from "../../lib/engine/execution.ts";
import { isTerminal } from "../../lib/engine/state.ts";
import { ValidationError } from "../../lib/errors.ts";
import { remoteTrace } from "../../lib/telemetry.ts";
import { accepted } from "../accepted.ts";
import { CompiledWorkflows } from "../compiled-workflows.ts";
import { parseExecuteRequest } from "../execute-request.ts";
import { idempotencyOf } from "../idempotency.ts";
import { preferredWait, settlesWithin } from "../prefer.ts";
import { HttpProblem } from "../problem.ts";
import type { ApiReply, Handler } from "../route.ts";

/**
 * Starts an execution and answers once its record is kept, not when it ends. With `Prefer: wait=<seconds>` it waits so long
 * for the end, and then shows the execution.
 */
export function executeWorkflow(engine: Engine, clock: Clock): Handler {
  // A replay gets the first reply again, although the execution has gone on since.
  const firstReplies = new WeakMap<Execution, ApiReply>();
  const { agents, workflows: registered } = engine;
  const known = { agents, registered, compiled: new CompiledWorkflows(agents) };
  return async (request) => {
    const idempotency = idempotencyOf(request.headers, request.body);
    const { workflow, input, correlationId = request.correlationId } = parseExecuteRequest(request, known);
    const options: StartOptions = {
      correlationId,
      trace: remoteTrace(request.headers),
      ...(input !== undefined && { input }),
      ...(idempotency !== undefined && { idempotency }),
    };
    let started: StartedExecution;
    try {
      started = await engine.start(workflow, options);
    } catch (error) {
      throw inRequest(error);
    }
    const { execution, isReplay } = started;
    const first = firstReplies.get(execution) ?? accepted(execution);
    if (idempotency !== undefined) firstReplies.set(execution, first);
    const seconds = preferredWait(request.headers);
    const reply = seconds === undefined ? first : await waitFor(engine, execution, first, seconds, clock);
    return isReplay ? { ...reply, headers: { ...reply.headers, "Idempotency-Replayed": "true" } } : reply;
  };
}

/** The execution as it ended, if that is within `seconds`; else what was to be said at once. */
async function waitFor(
  engine: Engine,
  { id, result }: Execution,
  otherwise: ApiReply,
  seconds: number,
  clock: Clock,
): Promise<ApiReply> {
  const applied = { "Preference-Applied": `wait=${seconds}` };
  await settlesWithin(result, seconds * 1_000, clock);
  const view = await engine.view(id);
  if (view === undefined || !isTerminal(view.status)) {
    return { ...otherwise, headers: { ...otherwise.headers, ...applied } };
  }
  return { status: 200, body: view, headers: { Location: `/executions/${id}`, ...applied } };
}

/** The engine checks the input from its own top; in the body it is one level down. */
function inRequest(error: unknown): unknown {
  if (!(error instanceof ValidationError)) return error;
  const errors = error.issues.map(({ pointer, message }) => ({
    pointer: `/input${pointer}`,
    code: "VALIDATION" as const,
    message,
  }));
  return new HttpProblem("VALIDATION", error.message, { errors });
}
