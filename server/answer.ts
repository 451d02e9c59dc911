import type { Clock, NewId } from "../lib/clock.ts";
import { isOrchestr8Error } from "../lib/errors.ts";
import type { LogSink } from "../lib/log.ts";
import { correlationIdOf } from "./correlation-id.ts";
import { HttpProblem, problemReply } from "./problem.ts";
import type { ApiReply } from "./route.ts";

/** What makes a reply of whatever `work` does: a problem of what it throws, and the headers that every reply has. */
export type Answer = (
  request: Request,
  work: (correlationId: string) => ApiReply | Promise<ApiReply>,
) => Promise<Response>;

export function createAnswer(log: LogSink | undefined, clock: Clock, newId: NewId): Answer {
  return async (request, work) => {
    const correlationId = correlationIdOf(request.headers, newId);
    try {
      return toResponse(await work(correlationId), correlationId);
    } catch (error) {
      const problem = asProblem(error);
      if (problem.code === "INTERNAL") logFailure(error, correlationId, log, clock);
      return toResponse(problemReply(problem, correlationId), correlationId);
    }
  };
}

/** Messages of orchestr8's own errors are made to be shown; any other error may tell secrets. */
function asProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (isOrchestr8Error(error)) return new HttpProblem(error.code, error.message);
  return new HttpProblem("INTERNAL", "Cannot answer the request: the log has the reason under its correlation id");
}

function logFailure(error: unknown, correlationId: string, log: LogSink | undefined, clock: Clock): void {
  const data = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const time = new Date(clock.wall()).toISOString();
  try {
    log?.({ level: "error", time, message: "request failed", correlationId, data });
  } catch {
    // There is nowhere left to say it, and the client still gets its reply.
  }
}

function toResponse({ status, body, headers }: ApiReply, correlationId: string): Response {
  const bytes = body === undefined ? null : Buffer.from(JSON.stringify(body));
  return new Response(bytes, {
    status,
    headers: {
      ...(bytes !== null && { "Content-Type": "application/json", "Content-Length": String(bytes.byteLength) }),
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      "X-Correlation-ID": correlationId,
      ...headers,
    },
  });
}
