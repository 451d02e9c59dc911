import { defineCommand } from "../command.ts";
import { stateArguments } from "../journal/journal-arguments.ts";
import { outputArguments } from "../output-arguments.ts";

export const listCommand = defineCommand({
  description: "Lists executions, the newest first, also while they run in another process.",
  examples: [
    ["orchestr8 list", "the latest 20"],
    ["orchestr8 list --status failed --status cancelled", "what did not go well"],
    ["orchestr8 list --workflow greet --limit 100 --json", "of one workflow, as JSON"],
  ],
  arguments: {
    status: {
      type: "string",
      repeatable: true,
      valueHint: "status",
      description: "only those that stand so, such as running, waiting or failed",
      group: "Filter",
    },
    workflow: { type: "string", valueHint: "id", description: "only those of this workflow", group: "Filter" },
    limit: { type: "string", valueHint: "number", description: "at most so many, default 20", group: "Filter" },
    all: { type: "boolean", description: "also those that others run as a step", group: "Filter" },
    ...outputArguments,
    ...stateArguments,
  },
  async run(values, context) {
    const { listExecutions } = await import("../journal/list-executions.ts");
    return await listExecutions(values, context);
  },
});
