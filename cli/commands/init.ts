import { defineCommand } from "../command.ts";
import { outputArguments } from "../output-arguments.ts";
import { scaffoldArguments } from "../scaffold/scaffold-arguments.ts";

export const initCommand = defineCommand({
  description:
    "Starts a project: an agent, a workflow in JSON and one in TypeScript, tests that pass, editor settings and CI. " +
    "Overwrites nothing.",
  examples: [
    ["orchestr8 init", "in this folder, which must be empty but for .git"],
    ["orchestr8 init my-app", "in a new folder, as bun create orchestr8 my-app does"],
    ["orchestr8 init my-app --dry-run", "what would be written"],
  ],
  arguments: {
    dir: { type: "positional", description: "the folder; default: this one" },
    name: { type: "string", description: "name of the package; default: that of the folder" },
    ...scaffoldArguments,
    ...outputArguments,
  },
  async run(values, context) {
    const { scaffoldProject } = await import("../../templates/scaffold.ts");
    const { runScaffold } = await import("../scaffold/run-scaffold.ts");
    const { dir = ".", name } = values;
    return runScaffold(values, context, (options) =>
      scaffoldProject(dir, { ...options, cwd: context.cwd, ...(name !== undefined && { name }) }),
    );
  },
});
