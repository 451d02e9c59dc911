import type { Workflow } from "../lib/workflow.ts";
import { CliError } from "./cli-error.ts";
import type { LoadedFile } from "./load.ts";

/**
 * The workflow of a file that has no errors. `verb` is what was to be done with it.
 *
 * @throws {CliError} with its diagnostics, when it has.
 */
export function requireWorkflow(verb: string, file: string, loaded: LoadedFile): Workflow {
  const { workflow, diagnostics, text, texts } = loaded;
  if (workflow !== undefined) return workflow;
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  throw new CliError("INVALID_WORKFLOW", `Cannot ${verb} "${file}": it has ${errors} error${errors === 1 ? "" : "s"}`, {
    diagnostics,
    text,
    texts,
  });
}
