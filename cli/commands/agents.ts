import { defineCommand } from "../command.ts";
import { outputArguments } from "../output-arguments.ts";

export const agentsCommand = defineCommand({
  description:
    "Lists the agents that workflows of this project may name: built-in ones, those of its files and of the packages that its " +
    "config names. Their modules run.",
  examples: [
    ["orchestr8 agents", "ids, versions, descriptions and the files"],
    ["orchestr8 agents --json", "the same as JSON"],
  ],
  arguments: outputArguments,
  async run(values, context) {
    const { listAgents } = await import("../discovery/list-agents.ts");
    return await listAgents(values, context);
  },
});
