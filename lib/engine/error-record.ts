import { isOrchestr8Error, ValidationError } from "../errors.ts";
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
    ...(error instanceof ValidationError && error.issues.length > 0 && { issues: error.issues }),
    ...(cause !== undefined &&
      cause !== error &&
      causes > 0 && { cause: errorRecord(cause, false, undefined, causes - 1) }),
  });
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value.slice(0, 200) : undefined;
}

function printable(error: unknown): string {
  if (typeof error === "string") return error;
  if (typeof error === "number" || typeof error === "boolean" || typeof error === "bigint") return String(error);
  return "a value that is not an Error was thrown";
}
