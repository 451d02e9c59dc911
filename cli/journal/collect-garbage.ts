import type { GcReport } from "../../lib/journal/sqlite/sweep.ts";
import { isWait, parseWait } from "../../dsl/duration.ts";
import { usageError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import type { ExitCode } from "../exit.ts";
import { isJsonOutput } from "../output-arguments.ts";
import { readInteger } from "../read-integer.ts";
import { writeJson } from "../write-json.ts";
import { openExistingJournal, type StateValues } from "./open-journal.ts";

export interface GcValues extends StateValues {
  readonly "older-than": string | undefined;
  readonly keep: string | undefined;
  readonly "dry-run": boolean;
  readonly output: string | undefined;
  readonly json: boolean;
}

/** Without a limit no execution goes, so that a forgotten flag costs nothing. */
export async function collectGarbage(values: GcValues, context: CliContext): Promise<ExitCode> {
  const olderThanMs = readAge(values["older-than"]);
  const keep = readInteger("keep", values.keep, 0);
  const dryRun = values["dry-run"];
  await using journal = await openExistingJournal(values, context, { readonly: false });
  const report = await journal.gc({
    ...(olderThanMs !== undefined && { olderThanMs }),
    ...(keep !== undefined && { keep }),
    dryRun,
  });
  if (isJsonOutput(values)) writeJson(context.stdout, { dryRun, ...report });
  else {
    context.stdout.write(`${dryRun ? "Would remove" : "Removed"} ${describe(report)}\n`);
    if (olderThanMs === undefined && keep === undefined) {
      context.stderr.write('Executions stay without a limit: use "--older-than 7d" or "--keep 1000"\n');
    }
  }
  return 0;
}

/** Longer than other durations: a year is a sensible age. */
function readAge(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^0(?:ms|s|m|h|d)?$/.test(text)) return 0;
  if (isWait(text)) return parseWait(text);
  throw usageError('Cannot use "--older-than": it must be a duration such as "12h" or "7d"');
}

function describe({ executions, blobs, bytes }: GcReport): string {
  const size = bytes < 1_048_576 ? `${Math.round(bytes / 1_024)} KiB` : `${(bytes / 1_048_576).toFixed(1)} MiB`;
  return `${counted(executions, "execution")} and ${counted(blobs, "value")}, ${size}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
