import type { Diagnostic } from "../dsl/diagnostics.ts";
import type { ErrorCode } from "../lib/errors.ts";
import type { CliErrorCode } from "./exit.ts";

export interface CliErrorOptions {
  readonly cause?: unknown;
  /** What to do, as a phrase such as `use "--timeout"`. */
  readonly fix?: string | undefined;
  readonly diagnostics?: readonly Diagnostic[];
  /** The text that the diagnostics are about. */
  readonly text?: string;
  /** The texts of other files that they are about. */
  readonly texts?: ReadonlyMap<string, string> | undefined;
}

/** A reason why a command did not start its work. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly code: CliErrorCode | ErrorCode;
  readonly fix: string | undefined;
  readonly diagnostics: readonly Diagnostic[] | undefined;
  readonly text: string;
  readonly texts: ReadonlyMap<string, string> | undefined;

  constructor(code: CliErrorCode | ErrorCode, message: string, options: CliErrorOptions = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.fix = options.fix;
    this.diagnostics = options.diagnostics;
    this.text = options.text ?? "";
    this.texts = options.texts;
  }
}

/** The command line itself is wrong. */
export function usageError(message: string, fix?: string): CliError {
  return new CliError("USAGE", message, { fix });
}
