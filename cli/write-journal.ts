import { constants } from "node:fs";
import { access, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { exportJournal } from "../lib/journal/export-journal.ts";
import type { Journal } from "../lib/journal/journal.ts";
import { CliError } from "./cli-error.ts";

/** Finds out before the run whether its journal could not be written after it. */
export async function assertWritable(file: string, cwd: string): Promise<void> {
  try {
    await access(dirname(resolve(cwd, file)), constants.W_OK);
  } catch (error) {
    throw new CliError("FILE", `Cannot write the journal to "${file}": its folder is not writable`, { cause: error });
  }
}

/** Writes an execution's journal as `GET /executions/:id/journal` gives it. */
export async function writeJournal(file: string, cwd: string, journal: Journal, executionId: string): Promise<void> {
  const exported = exportJournal(executionId, await journal.read(executionId));
  try {
    await writeFile(resolve(cwd, file), `${JSON.stringify(exported, null, 2)}\n`);
  } catch (error) {
    const state = error instanceof Error && "code" in error ? String(error.code) : "it cannot be opened";
    throw new CliError("FILE", `Cannot write the journal to "${file}": ${state}`, { cause: error });
  }
}
