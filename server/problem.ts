import type { ErrorCode } from "../lib/errors.ts";
import type { DiagnosticCode, Range } from "../dsl/diagnostics.ts";
import type { ApiReply } from "./route.ts";

/** Why a request was refused, for programs: what clients match on. */
export type ProblemCode =
  | ErrorCode
  | "BAD_REQUEST"
  | "MALFORMED_JSON"
  | "UNAUTHENTICATED"
  | "LINK_SPENT"
  | "HOST_NOT_ALLOWED"
  | "ORIGIN_NOT_ALLOWED"
  | "NOT_FOUND"
  | "METHOD_NOT_ALLOWED"
  | "EXECUTION_ENDED"
  | "NOT_WAITING"
  | "REQUEST_TIMEOUT"
  | "BODY_TOO_LARGE"
  | "URI_TOO_LONG"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "WORKFLOW_NOT_FOUND"
  | "STREAMS_FULL"
  | "INTERNAL";

/** What a code means over HTTP. */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** Seconds after which the same request may work. Absent when it will fail again. */
  readonly retryAfter?: number;
}

/** What each code answers. Total over the codes, so a new one does not compile before it has a status. */
export const problemTable: Readonly<Record<ProblemCode, ProblemKind>> = {
  BAD_REQUEST: { status: 400, title: "The request is malformed" },
  MALFORMED_JSON: { status: 400, title: "The body is not strict JSON" },
  UNAUTHENTICATED: { status: 401, title: "The token is missing or wrong" },
  LINK_SPENT: { status: 401, title: "The link does not work any more" },
  HOST_NOT_ALLOWED: { status: 403, title: "The host is not allowed" },
  ORIGIN_NOT_ALLOWED: { status: 403, title: "The origin is not allowed" },
  NOT_FOUND: { status: 404, title: "Nothing is here" },
  METHOD_NOT_ALLOWED: { status: 405, title: "The method is not allowed here" },
  REQUEST_TIMEOUT: { status: 408, title: "The body came too slowly", retryAfter: 1 },
  EXECUTION_ENDED: { status: 409, title: "The execution has ended" },
  NOT_WAITING: { status: 409, title: "No step waits for the signal" },
  CANCELLED: { status: 409, title: "The work was cancelled" },
  BODY_TOO_LARGE: { status: 413, title: "The body is too large" },
  URI_TOO_LONG: { status: 414, title: "The URL is too long" },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: "The body has the wrong media type" },
  VALIDATION: { status: 422, title: "The request is not valid" },
  WORKFLOW_NOT_FOUND: { status: 404, title: "No workflow has this id" },
  AGENT_NOT_FOUND: { status: 422, title: "An agent is not registered" },
  EXPR_PATH_NOT_FOUND: { status: 422, title: "An expression has no value" },
  EXPR_TYPE_MISMATCH: { status: 422, title: "An expression has the wrong type" },
  EXPR_TOO_LARGE: { status: 422, title: "An expression is too large" },
  VALUE_NOT_JSON: { status: 422, title: "A value is not JSON" },
  VALUE_TOO_LARGE: { status: 422, title: "A value is too large" },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: "The idempotency key belongs to another request" },
  STEP_INTERRUPTED: { status: 500, title: "The process ended during a step that must not happen twice" },
  BUDGET_EXCEEDED: { status: 500, title: "The budget of the run is used up" },
  EXECUTION_NOT_FOUND: { status: 404, title: "No execution has this id" },
  LEASE_LOST: { status: 409, title: "Another process owns the execution" },
  CHECKPOINT_EXISTS: { status: 500, title: "The completion is recorded already" },
  JOURNAL_UNAVAILABLE: { status: 503, title: "The journal cannot be read or written now", retryAfter: 5 },
  JOURNAL_CORRUPT: { status: 500, title: "The journal is damaged" },
  REPLAY_MISMATCH: { status: 500, title: "A replay differs from what was recorded" },
  JOURNAL_INCOMPATIBLE: { status: 500, title: "The journal is of another program or version" },
  QUEUE_FULL: { status: 429, title: "Too many executions are unfinished", retryAfter: 1 },
  BULKHEAD_FULL: { status: 429, title: "Too many calls are under way", retryAfter: 1 },
  RATE_LIMITED: { status: 429, title: "Calls come too often", retryAfter: 1 },
  INTERNAL: { status: 500, title: "The server failed" },
  ENGINE_CLOSED: { status: 503, title: "The server is shutting down", retryAfter: 5 },
  STREAMS_FULL: { status: 503, title: "Too many event streams are open", retryAfter: 5 },
  CIRCUIT_OPEN: { status: 503, title: "A circuit is open", retryAfter: 60 },
  RETRYABLE: { status: 503, title: "A dependency failed", retryAfter: 1 },
  TIMEOUT: { status: 504, title: "The work took too long", retryAfter: 1 },
};

/** One place in a request body that is wrong. */
export interface ProblemDetail {
  /** RFC 6901, from the top of the body. */
  readonly pointer: string;
  readonly code: DiagnosticCode | "VALIDATION";
  readonly message: string;
  readonly fix?: string | undefined;
  /** Where in the body's text. */
  readonly range?: Range | undefined;
}

/** Thrown, or returned by a guard, to refuse a request. Its message goes to the client as `detail`. */
export class HttpProblem extends Error {
  override readonly name = "HttpProblem";
  readonly code: ProblemCode;
  readonly errors: readonly ProblemDetail[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    message: string,
    options: { readonly errors?: readonly ProblemDetail[]; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.code = code;
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
  }
}

const maxErrors = 20;
const maxMessageLength = 200;

/** A problem as RFC 9457 wants it. The first 20 errors are listed. */
export function problemReply({ code, message, errors, headers }: HttpProblem, correlationId: string): ApiReply {
  const { status, title, retryAfter } = problemTable[code];
  return {
    status,
    body: {
      type: `tag:orchestr8,2026:problem/${code.toLowerCase().replaceAll("_", "-")}`,
      title,
      status,
      detail: message,
      instance: `urn:orchestr8:request:${encodeURIComponent(correlationId)}`,
      code,
      correlationId,
      isRetryable: retryAfter !== undefined,
      ...(errors.length > 0 && { errors: errors.slice(0, maxErrors).map(clipped) }),
    },
    headers: {
      "Content-Type": "application/problem+json",
      ...(retryAfter !== undefined && { "Retry-After": String(retryAfter) }),
      ...headers,
    },
  };
}

/** `3 problems`, or how many of them a reply lists. */
export function countOf(errors: readonly ProblemDetail[]): string {
  if (errors.length === 1) return "1 problem";
  return errors.length > maxErrors
    ? `${errors.length} problems, the first ${maxErrors} are listed`
    : `${errors.length} problems`;
}

function clipped(detail: ProblemDetail): ProblemDetail {
  const { message } = detail;
  return message.length > maxMessageLength
    ? { ...detail, message: `${message.slice(0, maxMessageLength - 3)}...` }
    : detail;
}
