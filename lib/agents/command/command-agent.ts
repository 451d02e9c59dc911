import { defineAgent } from "../define-agent.ts";
import {
  type CommandConfig,
  commandConfig,
  type CommandInput,
  commandInput,
  type CommandOutput,
  commandOutput,
} from "./command-schemas.ts";
import type { CommandRunner } from "./command-runner.ts";

/**
 * Runs a program that its operator allows, without a shell. It works only for an operator who names programs. What a program
 * does cannot be known to be repeatable, so an attempt that its process did not survive is reported, and not repeated.
 */
export const commandAgent = defineAgent({
  id: "@orchestr8/command",
  version: "1.0.0",
  description: "Runs one of the programs that its operator allows",
  semantics: "at-most-once",
  input: commandInput,
  output: commandOutput,
  config: commandConfig,
  async setup({ config }): Promise<CommandRunner> {
    const { createCommandRunner } = await import("./command-runner.ts");
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it fits the schema of the same name
    return await createCommandRunner(config as CommandConfig);
  },
  async execute(input: CommandInput, { resource }, signal): Promise<CommandOutput> {
    return await resource(input, signal);
  },
});
