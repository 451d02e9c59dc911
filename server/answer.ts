import { FastResponse } from "srvx";
import type { Clock } from "../lib/clock.ts";
import type { NewId } from "../lib/new-id.ts";
import { isOrchestr8Error } from "../lib/errors.ts";
import type { LogRecord, LogSink } from "../lib/log.ts";
import { correlationIdOf } from "./correlation-id.ts";
import { HttpProblem, problemReply } from "./problem.ts";
import type { ApiReply } from "./route.ts";
import { traceHeaders, traceIds } from "./trace-headers.ts";

/** What makes a reply of whatever `work` does: a problem of what it throws, and the headers that every reply has. */
export type Answer = (
  request: Request,
  work: (correlationId: string) => ApiReply | Promise<ApiReply>,
) => Promise<Response>;

export interface AnswerOptions {
  readonly log: LogSink | undefined;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Called with a request before its answer is streamed. */
  readonly onStream: (request: Request) => void;
}

export function createAnswer({ log, clock, newId, onStream }: AnswerOptions): Answer {
  return async (request, work) => {
    const correlationId = correlationIdOf(request.headers, newId);
    try {
      const reply = await work(correlationId);
      if (reply.stream !== undefined) onStream(request);
      return toResponse(request, reply, correlationId);
    } catch (error) {
      const problem = asProblem(error);
      if (problem.code === "INTERNAL") logFailure(error, { correlationId, ...traceIds(request.headers) }, log, clock);
      return toResponse(request, problemReply(problem, correlationId), correlationId);
    }
  };
}

/** Messages of orchestr8's own errors are made to be shown; any other error may tell secrets. */
function asProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (isOrchestr8Error(error)) return new HttpProblem(error.code, error.message);
  return new HttpProblem("INTERNAL", "Cannot answer the request: the log has the reason under its correlation id");
}

type RequestIds = Pick<LogRecord, "correlationId" | "traceId" | "spanId">;

function logFailure(error: unknown, ids: RequestIds, log: LogSink | undefined, clock: Clock): void {
  const data = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const time = new Date(clock.wall()).toISOString();
  try {
    log?.({ level: "error", time, message: "request failed", ...ids, data });
  } catch {
    // There is nowhere left to say it, and the client still gets its reply.
  }
}

/** `FastResponse` is the runtime's own on Bun; on Node it spares the way through a web stream. */
function toResponse({ method, headers: asked }: Request, reply: ApiReply, correlationId: string): Response {
  const { status, body, text, stream, headers } = reply;
  const content = body === undefined ? (text ?? stream ?? null) : JSON.stringify(body);
  // Nobody would read it, so nobody would end it.
  if (method === "HEAD" && stream !== undefined) void stream.cancel();
  return new FastResponse(method === "HEAD" && stream !== undefined ? null : content, {
    status,
    headers: {
      ...(body !== undefined && { "Content-Type": "application/json" }),
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      "X-Correlation-ID": correlationId,
      ...traceHeaders(asked),
      ...headers,
    },
  });
}
