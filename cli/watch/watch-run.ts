import type { ArgumentsDef } from "../argument.ts";
import { usageError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import type { ExitCode } from "../exit.ts";
import { toArguments } from "../to-arguments.ts";
import { startChild } from "./start-child.ts";
import { watchFile } from "./watch-file.ts";

export interface WatchValues {
  readonly file: string;
  readonly stdin: string | undefined;
  readonly output: string | undefined;
  readonly json: boolean;
  readonly "idempotency-key": string | undefined;
}

/** `orchestr8 run --watch`: the same command without it, again and again. */
export async function watchRun(definitions: ArgumentsDef, values: WatchValues, context: CliContext): Promise<ExitCode> {
  if (values.stdin !== undefined) {
    throw usageError('Cannot use "--watch" with "-": stdin can be read once', 'use "--input-file"');
  }
  if (values["idempotency-key"] !== undefined) {
    throw usageError('Cannot use "--watch" with "--idempotency-key": every run is a new one', "leave one of them out");
  }
  const argv = ["run", ...toArguments(definitions, { ...values, watch: false })];
  return await watchFile(values.file, () => startChild(argv, context.cwd), context);
}
