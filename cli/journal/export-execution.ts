import { exportJournal } from "../../lib/journal/export-journal.ts";
import type { CliContext } from "../context.ts";
import type { ExitCode } from "../exit.ts";
import { writeJson } from "../write-json.ts";
import { findExecution } from "./find-execution.ts";
import { openExistingJournal, type StateValues } from "./open-journal.ts";

export interface ExportValues extends StateValues {
  readonly id: string;
  readonly format: "json" | "ndjson" | undefined;
}

/** Gives all that is recorded by now; of an execution that runs, later entries may follow. */
export async function exportExecution(values: ExportValues, context: CliContext): Promise<ExitCode> {
  await using journal = await openExistingJournal(values, context);
  const { executionId } = await findExecution(journal, values.id);
  const exported = exportJournal(executionId, await journal.read(executionId));
  if (values.format !== "ndjson") writeJson(context.stdout, exported);
  else {
    for (const entry of exported.entries) context.stdout.write(`${JSON.stringify({ executionId, ...entry })}\n`);
  }
  return 0;
}
