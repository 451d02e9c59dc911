import { usageError } from "./cli-error.ts";
import type { DurabilityValues } from "./journal/open-journal.ts";
import type { OperatorValues } from "./operator-arguments.ts";
import type { ProgressValues } from "./progress-arguments.ts";
import type { PlaceValues } from "./server-process/server-is-wanted.ts";

/** What `orchestr8 run` is called with. */
export interface RunArguments extends ProgressValues, DurabilityValues, OperatorValues, PlaceValues {
  readonly file: string;
  readonly stdin: string | undefined;
  readonly input: readonly string[];
  readonly "input-file": string | undefined;
  readonly timeout: string | undefined;
  readonly "idempotency-key": string | undefined;
  readonly reuse: boolean;
  readonly journal: string | undefined;
  readonly output: string | undefined;
  readonly json: boolean;
}

/** @throws {CliError} when something else than "-" follows the file. */
export function isOnStdin(argument: string | undefined): boolean {
  if (argument === undefined || argument === "-") return argument === "-";
  throw usageError(`Cannot understand "${argument}": only "-" may follow the file`, 'use "--input key=value"');
}
