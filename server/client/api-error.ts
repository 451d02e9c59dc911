import type { ProblemCode, ProblemDetail } from "../problem.ts";
import type { Reply } from "./transport.ts";

/** An RFC 9457 problem, as the server answers it. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: ProblemCode;
  readonly correlationId: string;
  readonly isRetryable: boolean;
  readonly errors?: readonly ProblemDetail[];
}

/** The server refused a request. `message` is the problem's `detail`. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  /** What to match on. `"UNKNOWN"` when what answered was no such server. */
  readonly code: ProblemCode | "UNKNOWN";
  readonly isRetryable: boolean;
  /** Milliseconds after which to come again, if the server said so. */
  readonly retryAfterMs: number | undefined;
  readonly problem: Problem | undefined;

  constructor(reply: Pick<Reply, "status" | "headers">, problem: Problem | undefined) {
    super(problem?.detail ?? `Cannot use the server: it answered ${reply.status} without a problem`);
    const seconds = Number(reply.headers.get("retry-after") ?? Number.NaN);
    this.status = reply.status;
    this.code = problem?.code ?? "UNKNOWN";
    this.isRetryable = problem?.isRetryable ?? false;
    this.retryAfterMs = Number.isFinite(seconds) ? seconds * 1_000 : undefined;
    this.problem = problem;
  }
}
