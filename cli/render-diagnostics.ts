import { renderDiagnostic } from "../dsl/code-frame.ts";
import type { Diagnostic } from "../dsl/diagnostics.ts";
import type { CliContext } from "./context.ts";
import { createPaint } from "./paint.ts";
import { terminalOf } from "./terminal.ts";

/** Diagnostics with their places in `text`, for stderr. */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  text: string,
  { stderr, env }: Pick<CliContext, "stderr" | "env">,
): string {
  const paint = createPaint(terminalOf(stderr, env).hasColours);
  const colours = { error: paint.red, warning: paint.yellow, muted: paint.dim, fix: paint.cyan };
  return diagnostics.map((diagnostic) => `${renderDiagnostic(diagnostic, text, colours)}\n\n`).join("");
}
