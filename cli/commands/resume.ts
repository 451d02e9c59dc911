import { defineCommand } from "../command.ts";
import { executionArgument } from "../journal/execution-argument.ts";
import { stateArguments } from "../journal/journal-arguments.ts";
import { operatorArguments } from "../operator-arguments.ts";
import { outputArguments } from "../output-arguments.ts";
import { progressArguments } from "../progress-arguments.ts";
import { timeoutArgument } from "../timeout-argument.ts";

export const resumeCommand = defineCommand({
  description:
    "Goes on with what a process left unfinished, until it ends. Completed steps are kept; those that were under way start again.",
  examples: [
    ["orchestr8 resume latest", "the newest execution"],
    ["orchestr8 resume --all", "everything that no process runs"],
  ],
  arguments: {
    id: { ...executionArgument.id, required: false },
    all: { type: "boolean", description: "everything that no process runs", group: "Run" },
    ...timeoutArgument,
    ...operatorArguments,
    ...outputArguments,
    ...progressArguments,
    ...stateArguments,
  },
  async run(values, context) {
    const { resumeExecutions } = await import("../resume/resume-executions.ts");
    return await resumeExecutions(values, context);
  },
});
