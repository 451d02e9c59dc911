import { type ErrorCode, isOrchestr8Error, type Orchestr8Error } from "../errors.ts";
import type { Outcome } from "./policy.ts";
import { isUncalled } from "./uncalled.ts";

/** What an error says about the one who was called. */
export type ErrorKind =
  | "timeout"
  | "network"
  | "http5xx"
  | "http429"
  | "http4xx"
  | "retryable"
  | "cancelled"
  | "circuitOpen"
  | "rejected"
  | "validation"
  | "bug"
  | "unknown";

/** What a call means for a circuit. `ignored` says nothing about the callee's health. */
export type Verdict = "success" | "failure" | "ignored";

/** What each kind means: whether another attempt may help, and whether the circuit counts it. */
const meaning: { readonly [Kind in ErrorKind]: { readonly retry: boolean; readonly verdict: Verdict } } = {
  timeout: { retry: true, verdict: "failure" },
  network: { retry: true, verdict: "failure" },
  http5xx: { retry: true, verdict: "failure" },
  http429: { retry: true, verdict: "ignored" },
  http4xx: { retry: false, verdict: "ignored" },
  retryable: { retry: true, verdict: "failure" },
  cancelled: { retry: false, verdict: "ignored" },
  circuitOpen: { retry: false, verdict: "ignored" },
  rejected: { retry: true, verdict: "ignored" },
  validation: { retry: false, verdict: "ignored" },
  bug: { retry: false, verdict: "ignored" },
  unknown: { retry: true, verdict: "failure" },
};

/** Our own errors. What is not here was refused before anybody was called: for lack of room, or as making no sense. */
const ownKinds: ReadonlyMap<ErrorCode, ErrorKind> = new Map([
  ["TIMEOUT", "timeout"],
  ["CIRCUIT_OPEN", "circuitOpen"],
  ["CANCELLED", "cancelled"],
  ["RETRYABLE", "retryable"],
]);

/** What the connection's failure is called by Node, undici and Bun, in this order. */
const networkCodes = new Set([
  ..."ECONNREFUSED ECONNRESET ECONNABORTED EPIPE ENOTFOUND EAI_AGAIN EAI_FAIL EAI_NODATA".split(" "),
  ..."EHOSTUNREACH EHOSTDOWN ENETUNREACH ENETDOWN ENETRESET EADDRNOTAVAIL ENOTCONN EPROTO".split(" "),
  ..."UND_ERR_SOCKET UND_ERR_CLOSED UND_ERR_DESTROYED HPE_INVALID_EOF_STATE".split(" "),
  ..."ConnectionRefused ConnectionReset ConnectionClosed FailedToOpenSocket".split(" "),
]);

/**
 * Sorts an error by what it says rather than by its class: on every runtime `fetch` reports a broken network as a
 * `TypeError`, the class of programming mistakes. Codes come first, then HTTP statuses, then classes. An `AggregateError`
 * is of the kind of the error in it that blames the callee, or else may be retried, or else comes first.
 */
export function errorKind(error: unknown): ErrorKind {
  if (typeof error !== "object" || error === null) return "unknown";
  if (isOrchestr8Error(error)) return ownKind(error);
  const { name, cause }: { readonly name?: unknown; readonly cause?: unknown } = error;
  if (name === "TimeoutError") return "timeout";
  return (
    codeKind(codeOf(error)) ?? codeKind(codeOf(cause)) ?? httpKind(error) ?? aggregateKind(error) ?? classKind(error)
  );
}

/** Whether another attempt may help. An error's own boolean `isRetryable` has the last word. */
export function isRetryable(error: unknown): boolean {
  if (typeof error === "object" && error !== null && "isRetryable" in error && typeof error.isRetryable === "boolean") {
    return error.isRetryable;
  }
  return meaning[errorKind(error)].retry;
}

/** The default view of a circuit: any answer is a success, and so little is a failure as blames the callee. */
export function classify(outcome: Outcome<unknown>): Verdict {
  return outcome.ok ? "success" : meaning[errorKind(outcome.error)].verdict;
}

function ownKind(error: Orchestr8Error): ErrorKind {
  if (isUncalled(error)) return "rejected";
  return ownKinds.get(error.code) ?? (error.isRetryable ? "rejected" : "validation");
}

function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}

function codeKind(code: unknown): ErrorKind | undefined {
  if (typeof code !== "string") return undefined;
  if (code === "ETIMEDOUT" || /^UND_ERR_\w+_TIMEOUT$/.test(code)) return "timeout";
  if (networkCodes.has(code)) return "network";
  return code === "ERR_INVALID_URL" ? "validation" : undefined;
}

function httpKind(error: { readonly status?: unknown; readonly statusCode?: unknown; readonly isRetryable?: unknown }) {
  const status = typeof error.status === "number" ? error.status : error.statusCode;
  if (typeof status === "number") {
    if (status >= 500) return "http5xx";
    if (status === 408 || status === 425 || status === 429) return "http429";
  }
  if (error.isRetryable === true) return "retryable";
  return typeof status === "number" && status >= 400 ? "http4xx" : undefined;
}

function aggregateKind(error: object): ErrorKind | undefined {
  if (!(error instanceof AggregateError) || !Array.isArray(error.errors)) return undefined;
  // One level deep: an aggregate may hold itself.
  const kinds = error.errors.map((one: unknown) => (one instanceof AggregateError ? "unknown" : errorKind(one)));
  return (
    kinds.find((kind) => meaning[kind].verdict === "failure") ?? kinds.find((kind) => meaning[kind].retry) ?? kinds[0]
  );
}

function classKind(error: object): ErrorKind {
  const isBug =
    error instanceof TypeError ||
    error instanceof RangeError ||
    error instanceof ReferenceError ||
    error instanceof SyntaxError;
  return isBug ? "bug" : "unknown";
}
