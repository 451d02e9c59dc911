import { FastResponse } from "srvx";
import type { Clock } from "../lib/clock.ts";
import { isOrchestr8Error } from "../lib/errors.ts";
import type { LogRecord, LogSink } from "../lib/log.ts";
import { HttpProblem, problemReply } from "./problem.ts";
import type { ApiReply } from "./route.ts";
import { traceHeaders, traceIds } from "./trace-headers.ts";

/** Makes responses, with the headers that each has. */
export interface Answers {
  reply(request: Request, reply: ApiReply, correlationId: string): Response;
  /** The problem of whatever was thrown. */
  failure(request: Request, error: unknown, correlationId: string): Response;
}

export function createAnswers(log: LogSink | undefined, clock: Clock): Answers {
  return {
    reply: toResponse,
    failure(request, error, correlationId) {
      const problem = asProblem(error);
      if (problem.code === "INTERNAL") logFailure(error, { correlationId, ...traceIds(request.headers) }, log, clock);
      return toResponse(request, problemReply(problem, correlationId), correlationId);
    },
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
  const sent: Record<string, string> = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Correlation-ID": correlationId,
  };
  if (body !== undefined) sent["Content-Type"] = "application/json";
  return new FastResponse(method === "HEAD" && stream !== undefined ? null : content, {
    status,
    headers: Object.assign(sent, traceHeaders(asked), headers),
  });
}
