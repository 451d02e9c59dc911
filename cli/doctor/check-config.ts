import { loadProject } from "../discovery/load-project.ts";
import type { CliContext } from "../context.ts";
import { ok, type Check, type Finding } from "./check.ts";

/** Whether the configuration is sound, and all that it finds of agents and workflows loads. Runs the project's modules. */
export function checkConfig(context: CliContext): Check {
  return {
    name: "project",
    async run(): Promise<Finding> {
      const { agents, workflows, problems } = await loadProject(context);
      const [first] = problems;
      if (first === undefined)
        return ok(`${agents.length} agents and ${workflows.length} workflows are found by their ids`);
      const more = problems.length > 1 ? `; and ${problems.length - 1} more` : "";
      return {
        status: "fail",
        detail: `${first.error.message}${more}`,
        fix: 'use "orchestr8 agents" and "orchestr8 workflows"',
      };
    },
  };
}
