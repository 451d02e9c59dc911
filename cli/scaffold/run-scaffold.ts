import { describeScaffold, scaffoldDocument } from "../../templates/report.ts";
import type { Scaffold } from "../../templates/scaffold.ts";
import { ScaffoldError } from "../../templates/scaffold-error.ts";
import { CliError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import type { ExitCode } from "../exit.ts";
import { isJsonOutput } from "../output-arguments.ts";
import { writeJson } from "../write-json.ts";
import type { Create } from "./scaffold-part.ts";

export interface ScaffoldValues {
  readonly "dry-run": boolean;
  readonly output: string | undefined;
  readonly json: boolean;
}

/** Creates it and says so. */
export function runScaffold(values: ScaffoldValues, context: CliContext, create: Create): ExitCode {
  const scaffold = inOurWords(() => create({ isDryRun: values["dry-run"] }));
  if (isJsonOutput(values)) {
    writeJson(context.stdout, scaffoldDocument(scaffold, context));
    return 0;
  }
  const { result, advice } = describeScaffold(scaffold, context);
  context.stdout.write(result);
  context.stderr.write(advice);
  return 0;
}

function inOurWords(create: () => Scaffold): Scaffold {
  try {
    return create();
  } catch (cause) {
    if (!(cause instanceof ScaffoldError)) throw cause;
    throw new CliError(cause.code, cause.message, { cause, fix: cause.fix });
  }
}
