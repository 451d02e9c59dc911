import { defineCommand } from "../command.ts";
import { outputArguments } from "../output-arguments.ts";

export const workflowsCommand = defineCommand({
  description: "Lists the workflows of this project, which run by their id. Files are checked, modules run.",
  examples: [
    ["orchestr8 workflows", "ids, versions, names and the files"],
    ["orchestr8 workflows --json", "the same as JSON"],
  ],
  arguments: outputArguments,
  async run(values, context) {
    const { listWorkflows } = await import("../discovery/list-workflows.ts");
    return await listWorkflows(values, context);
  },
});
