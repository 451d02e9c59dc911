import type { Diagnostic } from "../dsl/diagnostics.ts";
import { isOrchestr8Error, type ErrorCode, type ValidationIssue } from "../lib/errors.ts";
import { CliError } from "./cli-error.ts";
import type { CliErrorCode } from "./exit.ts";

/** Why there is no execution to show, as data for `--output json`. */
export interface Failure {
  readonly code: ErrorCode | CliErrorCode;
  readonly message: string;
  readonly fix?: string;
  readonly issues?: readonly ValidationIssue[];
  readonly diagnostics?: readonly Diagnostic[];
}

/** Any error as a failure; one that nobody threw on purpose is a defect. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CliError) {
    const { code, message, fix, diagnostics } = error;
    return { code, message, ...(fix !== undefined && { fix }), ...(diagnostics !== undefined && { diagnostics }) };
  }
  if (isOrchestr8Error(error)) {
    const issues = issuesOf(error);
    return { code: error.code, message: error.message, ...(issues.length > 0 && { issues }) };
  }
  return { code: "INTERNAL", message: error instanceof Error ? error.message : String(error) };
}

/** By shape, because another copy of the package may have thrown it. */
function issuesOf(error: object): readonly ValidationIssue[] {
  return "issues" in error && Array.isArray(error.issues) ? (error.issues as readonly ValidationIssue[]) : [];
}
