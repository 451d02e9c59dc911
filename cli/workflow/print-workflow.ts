import { printWorkflow as printJson } from "../../dsl/print.ts";
import { printTypeScript } from "../../dsl/typescript/print-typescript.ts";
import type { CliContext } from "../context.ts";
import type { ExitCode } from "../exit.ts";
import { loadWorkflow } from "../load.ts";
import { requireWorkflow } from "../require-workflow.ts";

export interface PrintValues {
  readonly file: string;
  readonly to: "json" | "typescript" | undefined;
}

/** Writes a workflow in the other spelling, or in the one that was asked for. */
export async function printWorkflow({ file, to }: PrintValues, context: CliContext): Promise<ExitCode> {
  const workflow = requireWorkflow("print", file, await loadWorkflow(file, context, { anyAgent: true }));
  const other = file.endsWith(".json") ? "typescript" : "json";
  context.stdout.write((to ?? other) === "json" ? printJson(workflow) : printTypeScript(workflow));
  return 0;
}
