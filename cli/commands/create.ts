import { defineCommand } from "../command.ts";
import { outputArguments } from "../output-arguments.ts";
import { scaffoldArguments } from "../scaffold/scaffold-arguments.ts";

export const createCommand = defineCommand({
  description:
    "Creates an agent or a workflow of this project with its test, or a package of agents for other projects. Overwrites " +
    "nothing.",
  examples: [
    ["orchestr8 create agent summarize", "agents/summarize.agent.ts and its test"],
    ["orchestr8 create workflow digest", "workflows/digest.o8.json and its test"],
    ["orchestr8 create workflow digest --ts", "workflows/digest.workflow.ts and its test"],
    ["orchestr8 create agents-package @acme/agents", "a package in the folder agents"],
  ],
  arguments: {
    kind: { type: "positional", required: true, description: "agent, workflow or agents-package" },
    name: { type: "positional", required: true, description: "lower-case letters, digits and hyphens" },
    ts: { type: "boolean", description: "a workflow in TypeScript; default: JSON" },
    ...scaffoldArguments,
    ...outputArguments,
  },
  async run(values, context) {
    const { scaffoldPart } = await import("../scaffold/scaffold-part.ts");
    const { runScaffold } = await import("../scaffold/run-scaffold.ts");
    const create = await scaffoldPart(values, context);
    return runScaffold(values, context, create);
  },
});
