import { defineCommand } from "../command.ts";
import { executionArgument } from "../journal/execution-argument.ts";
import { stateArguments } from "../journal/journal-arguments.ts";
import { operatorArguments } from "../operator-arguments.ts";
import { outputArguments } from "../output-arguments.ts";

export const cancelCommand = defineCommand({
  description:
    "Cancels an execution, whoever runs it, and waits a few seconds for its end. One that nobody runs is ended here.",
  examples: [
    ["orchestr8 cancel latest", "the newest execution"],
    ['orchestr8 cancel 3f2a --reason "wrong input"', "with a reason, which its journal keeps"],
  ],
  arguments: {
    ...executionArgument,
    reason: { type: "string", valueHint: "text", description: "why", group: "Cancel" },
    ...operatorArguments,
    ...outputArguments,
    ...stateArguments,
  },
  async run(values, context) {
    const { cancelExecution } = await import("../resume/cancel-execution.ts");
    return await cancelExecution(values, context);
  },
});
