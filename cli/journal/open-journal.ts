import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Journal } from "../../lib/journal/journal.ts";
import type { SqliteJournal } from "../../lib/journal/sqlite/sqlite-journal.ts";
import { JournalUnavailableError } from "../../lib/errors.ts";
import { CliError, usageError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import { stateFolder, type StateValues } from "./state-folder.ts";

export type { StateValues };

export interface DurabilityValues extends StateValues {
  readonly durability: "full" | "fast" | "memory" | undefined;
}

/** The journal that new executions are kept in, made if there is none. `memory` leaves no file. */
export async function openJournal(
  { durability = "full", ...values }: DurabilityValues,
  context: CliContext,
): Promise<Journal & AsyncDisposable> {
  const { clock } = context;
  if (durability === "memory") {
    if (values["state-dir"] !== undefined) {
      throw usageError('Cannot use "--durability memory" with "--state-dir": it keeps no file', "keep one of them");
    }
    const { MemoryJournal } = await import("../../lib/journal/memory-journal.ts");
    const journal = new MemoryJournal({ clock });
    return Object.assign(journal, { [Symbol.asyncDispose]: () => journal.close() });
  }
  const { openSqliteJournal } = await import("../../lib/journal/sqlite/sqlite-journal.ts");
  const path = await journalPath(values, context);
  try {
    return await openSqliteJournal({ path, durability, clock });
  } catch (error) {
    throw withFix(error);
  }
}

/** Somebody who cannot write here, as in some containers, can still run. */
function withFix(error: unknown): unknown {
  if (!(error instanceof JournalUnavailableError)) return error;
  const fix = 'name another folder with "--state-dir", or keep no journal with "--durability memory"';
  return new CliError(error.code, error.message, { cause: error, fix });
}

/**
 * The journal that earlier commands have left, beside whoever writes to it. Reading is all that most commands need.
 *
 * @throws {CliError} that says how to make one when there is none.
 */
export async function openExistingJournal(
  values: StateValues,
  context: CliContext,
  { readonly = true }: { readonly readonly?: boolean } = {},
): Promise<SqliteJournal> {
  const path = await journalPath(values, context);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    throw new CliError("NO_JOURNAL", `Cannot open the journal "${path}": there is none yet`, {
      fix: 'start something with "orchestr8 run", or name another folder with "--state-dir"',
    });
  }
  const { openSqliteJournal } = await import("../../lib/journal/sqlite/sqlite-journal.ts");
  return await openSqliteJournal({ path, readonly, clock: context.clock });
}

/** Where the journal of a project is, absolute, whether or not there is one yet. */
export async function journalPath(values: StateValues, context: CliContext): Promise<string> {
  return join(await stateFolder(values, context), "journal.db");
}
