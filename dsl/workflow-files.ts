import type { Workflow } from "../lib/workflow.ts";
import type { Diagnostic } from "./diagnostics.ts";

/** Opens the workflow files that a document names. Checking waits for nothing, so neither does this. */
export interface WorkflowFiles {
  /** `file` is a path relative to the document, as {@link workflowFilePath} gives it. */
  open(file: string): OpenedWorkflow;
}

export type OpenedWorkflow =
  | {
      /** Undefined when a diagnostic is an error. */
      readonly workflow: Workflow | undefined;
      /** Of the file and of those that it names. */
      readonly diagnostics: readonly Diagnostic[];
      /** The texts that the diagnostics point into, by file. */
      readonly texts: ReadonlyMap<string, string>;
    }
  | RefusedFile;

/** Why a file cannot be the workflow of a step. */
export interface RefusedFile {
  readonly code: "WORKFLOW_FILE" | "WORKFLOW_CYCLE";
  readonly message: string;
  readonly fix?: string | undefined;
}

export const workflowFileMessage = 'a path to a .json file beside this one, such as "./child.o8.json"';

/**
 * The one way to write a relative path: with `/`, `./` in front and nothing to take back inside. Undefined for anything that
 * is no relative path to a `.json` file.
 */
export function workflowFilePath(file: string): string | undefined {
  if (!/^[^\\:\0]+\.json$/.test(file) || file.startsWith("/") || file.length > 1_024) return undefined;
  const parts: string[] = [];
  for (const part of file.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else parts.push(part);
  }
  return parts[0] === ".." ? parts.join("/") : `./${parts.join("/")}`;
}
