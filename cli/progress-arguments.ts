import type { ArgumentsDef } from "./argument.ts";
import { usageError } from "./cli-error.ts";
import type { ProgressMode } from "./create-progress.ts";

/** What a command says while a workflow runs. */
export const progressArguments = {
  quiet: { type: "boolean", alias: "q", description: "errors alone on stderr", group: "Output" },
  verbose: { type: "boolean", description: "log lines as JSON on stderr, in place of progress", group: "Output" },
} as const satisfies ArgumentsDef;

/** What is said with each. Log lines say all that messages would, and are not to be mixed with them. */
export const messageLevels = { shown: "all", quiet: "errors", logged: "none" } as const;

export interface ProgressValues {
  readonly quiet: boolean;
  readonly verbose: boolean;
}

export function progressMode({ quiet, verbose }: ProgressValues): ProgressMode {
  if (quiet && verbose) {
    throw usageError('Cannot use "--quiet" with "--verbose": they ask for opposites', "keep one of them");
  }
  if (verbose) return "logged";
  return quiet ? "quiet" : "shown";
}
