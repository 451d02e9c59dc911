import { renderDiagnostic } from "../dsl/code-frame.ts";
import type { Diagnostic } from "../dsl/diagnostics.ts";
import type { CliContext } from "./context.ts";
import { createPaint } from "./paint.ts";
import { terminalOf } from "./terminal.ts";

/** Diagnostics with their places in `text`, or in that of another file, for stderr. */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  text: string,
  { stderr, env }: Pick<CliContext, "stderr" | "env">,
  texts?: ReadonlyMap<string, string>,
): string {
  const paint = createPaint(terminalOf(stderr, env).hasColours);
  const colours = { error: paint.red, warning: paint.yellow, muted: paint.dim, fix: paint.cyan };
  const textOf = ({ file }: Diagnostic): string => texts?.get(file) ?? text;
  return diagnostics.map((diagnostic) => `${renderDiagnostic(diagnostic, textOf(diagnostic), colours)}\n\n`).join("");
}
