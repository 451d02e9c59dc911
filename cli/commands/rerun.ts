import { defineCommand } from "../command.ts";
import { executionArgument } from "../journal/execution-argument.ts";
import { stateArguments } from "../journal/journal-arguments.ts";
import { operatorArguments } from "../operator-arguments.ts";
import { outputArguments } from "../output-arguments.ts";
import { progressArguments } from "../progress-arguments.ts";
import { timeoutArgument } from "../timeout-argument.ts";

export const rerunCommand = defineCommand({
  description:
    "Starts a new execution of an earlier one's workflow and input, and takes over the outputs of the steps that need not run.",
  examples: [
    ["orchestr8 rerun latest:failed", "all that did not complete"],
    ["orchestr8 rerun 3f2a --from summarise", "from a step on, with all that depends on it"],
  ],
  arguments: {
    ...executionArgument,
    from: { type: "string", valueHint: "step", description: "the first step to run again", group: "Run" },
    reuse: {
      type: "boolean",
      description: "also keep later steps whose agent and input are the same",
      group: "Run",
    },
    ...timeoutArgument,
    ...operatorArguments,
    ...outputArguments,
    ...progressArguments,
    ...stateArguments,
  },
  async run(values, context) {
    const { rerunExecution } = await import("../resume/rerun-execution.ts");
    return await rerunExecution(values, context);
  },
});
