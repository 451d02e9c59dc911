import { type ErrorCode, isOrchestr8Error, type Orchestr8Error } from "../errors.ts";
import { type Fields, isObject } from "./is-object.ts";
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

/** What blames the callee: a circuit counts it, and another attempt may help. */
const failures: ReadonlySet<ErrorKind> = new Set(["timeout", "network", "http5xx", "retryable", "unknown"]);

/** What blames nobody, though another attempt may help. What is in neither set will be the same another time. */
const refusals: ReadonlySet<ErrorKind> = new Set(["http429", "rejected"]);

/** Our own errors. What is not here was refused before anybody was called: for lack of room, or as making no sense. */
const ownKinds: { readonly [Code in ErrorCode]?: ErrorKind } = {
  TIMEOUT: "timeout",
  CIRCUIT_OPEN: "circuitOpen",
  CANCELLED: "cancelled",
  RETRYABLE: "retryable",
};

/** What the connection's failure is called by Node, undici and Bun, in this order. */
const networkCode = new RegExp(
  "^(E(CONN(REFUSED|RESET|ABORTED)|(HOST|NET)(UNREACH|DOWN)|NETRESET|PIPE|NOTFOUND|AI_(AGAIN|FAIL|NODATA)" +
    "|ADDRNOTAVAIL|NOTCONN|PROTO)|UND_ERR_(SOCKET|CLOSED|DESTROYED)|HPE_INVALID_EOF_STATE" +
    "|Connection(Refused|Reset|Closed)|FailedToOpenSocket)$",
);

/**
 * Sorts an error by what it says rather than by its class: on every runtime `fetch` reports a broken network as a
 * `TypeError`, the class of programming mistakes. Codes come first, then HTTP statuses, then classes. An `AggregateError`
 * is of the kind of the error in it that blames the callee, or else may be retried, or else comes first.
 */
export function errorKind(error: unknown): ErrorKind {
  if (!isObject(error)) return "unknown";
  if (isOrchestr8Error(error)) return ownKind(error);
  const { name, cause } = error;
  if (name === "TimeoutError") return "timeout";
  return codeKind(error) ?? codeKind(cause) ?? httpKind(error) ?? aggregateKind(error) ?? classKind(error);
}

/** Whether another attempt may help. An error's own boolean `isRetryable` has the last word. */
export function isRetryable(error: unknown): boolean {
  const own = isObject(error) ? error["isRetryable"] : undefined;
  return typeof own === "boolean" ? own : mayPass(errorKind(error));
}

/** The default view of a circuit: any answer is a success, and so little is a failure as blames the callee. */
export function classify(outcome: Outcome<unknown>): Verdict {
  if (outcome.ok) return "success";
  return failures.has(errorKind(outcome.error)) ? "failure" : "ignored";
}

function mayPass(kind: ErrorKind): boolean {
  return failures.has(kind) || refusals.has(kind);
}

function ownKind(error: Orchestr8Error): ErrorKind {
  if (isUncalled(error)) return "rejected";
  return ownKinds[error.code] ?? (error.isRetryable ? "rejected" : "validation");
}

function codeKind(error: unknown): ErrorKind | undefined {
  const code = isObject(error) ? error["code"] : undefined;
  if (typeof code !== "string") return undefined;
  if (/^(ETIMEDOUT|UND_ERR_\w+_TIMEOUT)$/.test(code)) return "timeout";
  if (networkCode.test(code)) return "network";
  return code === "ERR_INVALID_URL" ? "validation" : undefined;
}

function httpKind(error: Fields): ErrorKind | undefined {
  const { status, statusCode, isRetryable: isMarked } = error;
  const given = typeof status === "number" ? status : statusCode;
  const code = typeof given === "number" ? given : 0;
  if (code >= 500) return "http5xx";
  if (code === 408 || code === 425 || code === 429) return "http429";
  if (isMarked === true) return "retryable";
  return code >= 400 ? "http4xx" : undefined;
}

function aggregateKind(error: object): ErrorKind | undefined {
  if (!(error instanceof AggregateError) || !Array.isArray(error.errors)) return undefined;
  // One level deep: an aggregate may hold itself.
  const kinds = error.errors.map((one: unknown) => (one instanceof AggregateError ? "unknown" : errorKind(one)));
  return kinds.find((kind) => failures.has(kind)) ?? kinds.find(mayPass) ?? kinds[0];
}

function classKind(error: object): ErrorKind {
  const isBug = [TypeError, RangeError, ReferenceError, SyntaxError].some((mistake) => error instanceof mistake);
  return isBug ? "bug" : "unknown";
}
