import { isJsonObject, type JsonObject } from "../lib/json.ts";
import type { Problem, Report, Path } from "./problem.ts";
import { quoted } from "./problem.ts";
import { type OpenedWorkflow, type WorkflowFiles, workflowFilePath } from "./workflow-files.ts";

/** The file that a step runs, read and checked. */
export interface OpenedChild extends Extract<OpenedWorkflow, { readonly texts: unknown }> {
  readonly file: string;
}

/** Opens the file that a step names, and reports when it cannot be what the step runs. */
export function openChild(
  { workflow }: JsonObject,
  path: Path,
  report: Report,
  files: WorkflowFiles | undefined,
): OpenedChild | undefined {
  const { file: given } = isJsonObject(workflow) ? workflow : {};
  const file = typeof given === "string" ? workflowFilePath(given) : undefined;
  if (file === undefined) return undefined;
  const place = { path: [...path, "workflow", "file"] };
  if (files === undefined) {
    report({ ...fileless, place });
    return undefined;
  }
  const opened = files.open(file);
  if ("code" in opened) {
    report({ ...opened, place });
    return undefined;
  }
  if (opened.workflow === undefined) {
    const message = `The workflow in ${quoted(file)} has errors`;
    report({ code: "WORKFLOW_FILE", message, fix: "mend that file", place });
  }
  return { ...opened, file };
}

const fileless: Omit<Problem, "place"> = {
  code: "WORKFLOW_FILE",
  message: "A workflow that comes from no file cannot name one",
  fix: 'name a workflow that is registered, by "id"',
};
