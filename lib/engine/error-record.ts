import { errorCodes, isOrchestr8Error, type ValidationError } from "../errors.ts";
import type { ErrorRecord } from "./events.ts";

const maxCauses = 3;
const maxMessageLength = 2_000;

/**
 * An error as data. Only what is listed in {@link ErrorRecord} is taken over: HTTP clients hang requests, headers and
 * keys on their errors, and none of that may reach a journal.
 */
export function errorRecord(error: unknown, isRetryable: boolean, attempts?: number, causes = maxCauses): ErrorRecord {
  const shape = typeof error === "object" && error !== null ? (error as Partial<Record<string, unknown>>) : {};
  const message = typeof shape["message"] === "string" ? shape["message"] : printable(error);
  const cause = shape["cause"];
  return Object.freeze({
    name: text(shape["name"]) ?? "Error",
    code: text(shape["code"]) ?? "UNKNOWN",
    message: message.length > maxMessageLength ? `${message.slice(0, maxMessageLength)}[truncated]` : message,
    isRetryable: isOrchestr8Error(error) ? error.isRetryable : isRetryable,
    ...(attempts !== undefined && { attempts }),
    ...issuesIn(error),
    ...(cause !== undefined &&
      cause !== error &&
      causes > 0 && { cause: errorRecord(cause, false, undefined, causes - 1) }),
  });
}

function issuesIn(error: unknown): Pick<ErrorRecord, "issues"> {
  if (!isOrchestr8Error(error) || error.code !== "VALIDATION" || !("issues" in error)) return {};
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an error of ours, perhaps of another copy of the package
  const { issues } = error as ValidationError;
  return issues.length > 0 ? { issues } : {};
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value.slice(0, 200) : undefined;
}

function printable(error: unknown): string {
  if (typeof error === "string") return error;
  if (typeof error === "number" || typeof error === "boolean" || typeof error === "bigint") return String(error);
  return "a value that is not an Error was thrown";
}

const ours: ReadonlySet<string> = new Set(errorCodes);

/** A recorded error as one that can be thrown again, and recorded again as the same. */
export function errorOf({ name, code, message, isRetryable, cause, issues }: ErrorRecord): Error {
  const error = new Error(message, cause === undefined ? undefined : { cause: errorOf(cause) });
  const isOurs = ours.has(code) && { [Symbol.for("orchestr8.error")]: true };
  const facts = { name, isRetryable, ...(code !== "UNKNOWN" && { code }), ...(issues !== undefined && { issues }) };
  return Object.assign(error, facts, isOurs);
}
