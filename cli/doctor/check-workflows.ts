import type { CliContext } from "../context.ts";
import { loadWorkflow } from "../load.ts";
import { workflowFiles } from "../workflow/workflow-files.ts";
import { ok, type Check, type Finding } from "./check.ts";

const maxNamed = 3;

/** Whether the `.o8.json` files of the project have errors. Which agents they may name is for `validate` to say. */
export function checkWorkflows(folder: string, context: Pick<CliContext, "clock">): Check {
  return {
    name: "workflows",
    async run(): Promise<Finding> {
      const files = await workflowFiles(folder);
      const wrong: string[] = [];
      for (const file of files) {
        const { workflow } = await loadWorkflow(file, { ...context, cwd: folder }, { anyAgent: true });
        if (workflow === undefined) wrong.push(file);
      }
      const count = `${files.length} .o8.json file${files.length === 1 ? "" : "s"}`;
      if (wrong.length === 0) return ok(`${count}, all valid`);
      const named = wrong.slice(0, maxNamed).join(", ");
      const more = wrong.length > maxNamed ? ` and ${wrong.length - maxNamed} more` : "";
      return {
        status: "fail",
        detail: `${count}, ${wrong.length} with errors: ${named}${more}`,
        fix: `use "orchestr8 validate ${wrong.slice(0, maxNamed).join(" ")}"`,
      };
    },
  };
}
