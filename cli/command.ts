import type { ArgumentsDef } from "./argument.ts";
import { isConfigured } from "./config/is-configured.ts";
import type { CliContext } from "./context.ts";
import type { ExitCode } from "./exit.ts";
import { parseArguments, type ArgumentValues } from "./parse-arguments.ts";

/** A call that works as it stands, for the help. */
export type Example = readonly [call: string, effect: string];

/** What a command says about itself, and does. */
export interface Command {
  readonly description: string;
  readonly examples: readonly Example[];
  readonly arguments: ArgumentsDef;
  run(rawArguments: readonly string[], context: CliContext): Promise<ExitCode>;
}

/** Types what `run` gets after the arguments. */
export function defineCommand<const Arguments extends ArgumentsDef>(
  definition: Omit<Command, "run" | "arguments"> & {
    readonly arguments: Arguments;
    /** Whether it also works where the configuration is broken, and does without it. Default false. */
    readonly ignoresConfig?: boolean;
    run(values: ArgumentValues<Arguments>, context: CliContext): Promise<ExitCode>;
  },
): Command {
  return {
    ...definition,
    async run(rawArguments, context) {
      const values = parseArguments(definition.arguments, rawArguments);
      const isNamed = "env-file" in values && values["env-file"] !== undefined;
      const ignoresConfig = definition.ignoresConfig === true || !(isNamed || (await isConfigured(context)));
      if (ignoresConfig) return await definition.run(values, context);
      const { fillArguments } = await import("./config/fill-arguments.ts");
      return await definition.run(await fillArguments(definition.arguments, values, context), context);
    },
  };
}
