import { defineCommand } from "../command.ts";
import { executionArgument } from "../journal/execution-argument.ts";
import { stateArguments } from "../journal/journal-arguments.ts";
import { outputArguments } from "../output-arguments.ts";

export const inspectCommand = defineCommand({
  description: "Shows how an execution stands or stood: its steps, a timeline and what went wrong.",
  examples: [
    ["orchestr8 inspect latest", "the newest execution"],
    ["orchestr8 inspect latest:failed --journal", "every event of the newest one that failed"],
    ["orchestr8 inspect 3f2a --step fetch", "one step: input, output, error, attempts"],
    ["orchestr8 inspect 3f2a --at 12", "as it stood after entry 12 of its journal"],
  ],
  arguments: {
    ...executionArgument,
    journal: { type: "boolean", description: "every event, with its time", group: "View" },
    step: { type: "string", valueHint: "id", description: "one step in full", group: "View" },
    at: { type: "string", valueHint: "sequence", description: "as it stood after this entry", group: "View" },
    ...outputArguments,
    ...stateArguments,
  },
  async run(values, context) {
    const { inspectExecution } = await import("../inspect/inspect-execution.ts");
    return await inspectExecution(values, context);
  },
});
