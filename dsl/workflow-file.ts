import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { FileWorkflow } from "../lib/workflow.ts";
import { InvalidWorkflowError } from "./invalid-workflow-error.ts";
import { projectFiles, projectRoot } from "./project-files.ts";
import { workflowFileMessage, workflowFilePath } from "./workflow-files.ts";

/**
 * A workflow in a file, for a step to run: `step("child", { workflow: workflowFile("./child.o8.json", import.meta.url) })`.
 * The file is read now, and becomes part of the workflow. It has to be in the project: in the current folder, or beside the
 * module when that is elsewhere. Its agents are checked by who loads the module.
 *
 * @throws {TypeError} when there is no such file in the project, {@link InvalidWorkflowError} when it holds no workflow.
 */
export function workflowFile(file: string, moduleUrl: string): FileWorkflow {
  const path = workflowFilePath(file);
  if (path === undefined) throw new TypeError(`Cannot read workflow file "${file}": it must be ${workflowFileMessage}`);
  const module = fileURLToPath(moduleUrl);
  const name = join(dirname(module), path);
  const opened = projectFiles(module, { root: projectRoot(module, process.cwd()), name: module }).open(path);
  if ("code" in opened) throw new TypeError(`Cannot read workflow file "${resolve(name)}": ${opened.message}`);
  if (opened.workflow === undefined) throw new InvalidWorkflowError(name, opened.diagnostics);
  return Object.freeze({ file: path, definition: opened.workflow });
}
