import type { CliContext } from "../context.ts";
import { exitCodeOfError, type ExitCode } from "../exit.ts";
import { isJsonOutput } from "../output-arguments.ts";
import { createPaint } from "../paint.ts";
import { type Cell, renderTable } from "../render-table.ts";
import { terminalText } from "../terminal-text.ts";
import { terminalOf } from "../terminal.ts";
import { writeJson } from "../write-json.ts";
import type { DiscoveryProblem } from "./problem.ts";
import { reportProblems } from "./report-problems.ts";

export interface OutputValues {
  readonly output: string | undefined;
  readonly json: boolean;
}

interface Discovered {
  /** The key of the list in JSON. */
  readonly name: string;
  readonly listed: readonly object[];
  readonly table: {
    readonly head: readonly string[];
    readonly rows: readonly (readonly string[])[];
    /** What is said when there are no rows. */
    readonly none: string;
  };
  readonly problems: readonly DiscoveryProblem[];
}

/** Shows all that is right and all that is wrong; the exit code tells of the latter. */
export function showDiscovered(
  { name, listed, table, problems }: Discovered,
  values: OutputValues,
  context: CliContext,
): ExitCode {
  const { stdout, env } = context;
  if (isJsonOutput(values)) writeJson(stdout, { [name]: listed, problems });
  else {
    const rows = table.rows.map((row) => row.map((text): Cell => [terminalText(text)]));
    const paint = createPaint(terminalOf(stdout, env).hasColours);
    stdout.write(rows.length === 0 ? `${table.none}\n` : renderTable(table.head, rows, paint));
    reportProblems(problems, context);
  }
  return problems.length === 0 ? 0 : exitCodeOfError("INVALID_WORKFLOW");
}
