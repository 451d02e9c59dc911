import { ValidationError } from "../lib/errors.ts";
import type { Diagnostic } from "./diagnostics.ts";

/** A workflow text has errors. `diagnostics` holds all of them, and the warnings, in the order of the text. */
export class InvalidWorkflowError extends ValidationError {
  readonly diagnostics: readonly Diagnostic[];

  constructor(file: string, diagnostics: readonly Diagnostic[]) {
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    const count = errors.length === 1 ? "it has 1 error" : `it has ${errors.length} errors`;
    super(`Cannot compile workflow "${file}": ${count}, the first is: ${errors[0]?.message}`, {
      issues: errors.map(({ pointer, message }) => ({ pointer, message })),
    });
    this.diagnostics = diagnostics;
  }
}
