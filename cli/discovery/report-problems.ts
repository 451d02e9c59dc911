import type { CliContext } from "../context.ts";
import { createMessages } from "../messages.ts";
import { terminalText } from "../terminal-text.ts";
import type { DiscoveryProblem } from "./problem.ts";

/** Says on stderr what a project had to leave out. */
export function reportProblems(problems: readonly DiscoveryProblem[], context: CliContext): void {
  const messages = createMessages(context);
  for (const { error } of problems) {
    messages.error(terminalText(error.message));
    for (const { code, message, range } of error.diagnostics ?? []) {
      const at = range === undefined ? "" : `, line ${range.start.line}`;
      messages.log(`  ${terminalText(`${code}: ${message}${at}`)}`);
    }
    if (error.fix !== undefined) messages.log(`  fix: ${terminalText(error.fix)}`);
  }
}
