import { errorCodes, ValidationError } from "../../lib/errors.ts";
import type { ApiError } from "../../server/client/api-error.ts";
import { CliError } from "../cli-error.ts";

/** What a server refused, in the words and with the exit code that a run in this process would have. */
export function asFailure(error: ApiError): Error {
  const { code, message, problem } = error;
  const issues = (problem?.errors ?? []).filter(({ pointer }) => pointer === "/input" || pointer.startsWith("/input/"));
  if (code === "VALIDATION" && issues.length > 0) {
    return new ValidationError(message, {
      cause: error,
      issues: issues.map(({ pointer, message: text }) => ({ pointer: pointer.slice("/input".length), message: text })),
    });
  }
  const known = errorCodes.find((own) => own === code);
  return new CliError(known ?? (code === "INTERNAL" ? code : "SERVER_UNREACHABLE"), message, { cause: error });
}
