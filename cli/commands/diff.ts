import { defineCommand } from "../command.ts";
import { stateArguments } from "../journal/journal-arguments.ts";
import { outputArguments } from "../output-arguments.ts";

export const diffCommand = defineCommand({
  description:
    "Compares what two workflows mean, in either spelling: not their text. Each change is safe for running executions if " +
    "one that was started before it could go on after it, with all that is recorded still right.",
  examples: [
    ["orchestr8 diff old.o8.json new.o8.json", "what changed, and whether running executions could take it"],
    ["orchestr8 diff greet.o8.json greet.workflow.ts", "whether two spellings are one workflow"],
    ["orchestr8 diff latest greet.o8.json --json", "what changed since the last run, as JSON"],
  ],
  arguments: {
    before: {
      type: "positional",
      completes: "workflow",
      required: true,
      description: "a workflow file, or an execution: its workflow",
    },
    after: { type: "positional", completes: "workflow", required: true, description: "the same" },
    ...outputArguments,
    ...stateArguments,
  },
  async run(values, context) {
    const { diffWorkflows } = await import("../workflow/diff-workflows.ts");
    return await diffWorkflows(values, context);
  },
});
