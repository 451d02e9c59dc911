import { diffWorkflows as differences, type WorkflowChange } from "../../dsl/diff/diff-workflows.ts";
import type { JsonValue } from "../../lib/json.ts";
import { pathText } from "../../lib/expression/reference.ts";
import { workflowHash } from "../../lib/workflow-hash.ts";
import type { CliContext } from "../context.ts";
import type { ExitCode } from "../exit.ts";
import type { StateValues } from "../journal/open-journal.ts";
import { isJsonOutput } from "../output-arguments.ts";
import { createPaint, type Paint } from "../paint.ts";
import { terminalOf } from "../terminal.ts";
import { terminalText } from "../terminal-text.ts";
import { writeJson } from "../write-json.ts";
import { findWorkflow } from "./find-workflow.ts";

export interface DiffValues extends StateValues {
  readonly before: string;
  readonly after: string;
  readonly output: string | undefined;
  readonly json: boolean;
}

/** Longest text of a value. Both are whole in JSON. */
const maxValue = 60;

/** Compares what two workflows mean. Exits with 0 if that is the same and with 1 if it is not, as diff does. */
export async function diffWorkflows(values: DiffValues, context: CliContext): Promise<ExitCode> {
  const before = await findWorkflow("compare", values.before, values, context);
  const after = await findWorkflow("compare", values.after, values, context);
  const changes = differences(before, after);
  if (isJsonOutput(values)) {
    writeJson(context.stdout, {
      equal: changes.length === 0,
      safe: changes.every(({ isSafe }) => isSafe),
      before: workflowHash(before),
      after: workflowHash(after),
      changes: changes.map(({ isSafe, path, ...change }) => ({ ...change, path: pathText(path), safe: isSafe })),
    });
  } else {
    const paint = createPaint(terminalOf(context.stdout, context.env).hasColours);
    context.stdout.write(`${changes.map((change) => renderChange(change, paint)).join("")}${summary(changes)}\n`);
  }
  return changes.length === 0 ? 0 : 1;
}

const looks = {
  added: ["+", "green"],
  removed: ["-", "red"],
  changed: ["~", "yellow"],
  renamed: ["~", "yellow"],
  moved: ["~", "yellow"],
} as const satisfies Record<WorkflowChange["kind"], readonly [string, keyof Paint]>;

function renderChange(change: WorkflowChange, paint: Paint): string {
  const [mark, look] = looks[change.kind];
  const verdict = change.isSafe ? paint.green("safe") : paint.red("not safe");
  const head = `${paint[look](mark)} ${paint.bold(terminalText(pathText(change.path)))}`;
  return `${head}  ${valuesText(change)}\n    ${verdict}: ${change.reason}\n`;
}

function valuesText({ kind, before, after }: WorkflowChange): string {
  if (kind === "added") return valueText(after);
  if (kind === "removed") return valueText(before);
  return `${kind === "changed" ? "" : `${kind} `}${valueText(before)} → ${valueText(after)}`;
}

function valueText(value: JsonValue | undefined): string {
  const characters = Array.from(terminalText(JSON.stringify(value) ?? ""));
  return characters.length > maxValue ? `${characters.slice(0, maxValue - 1).join("")}…` : characters.join("");
}

function summary(changes: readonly WorkflowChange[]): string {
  if (changes.length === 0) return "the workflows mean the same";
  const unsafe = changes.filter(({ isSafe }) => !isSafe).length;
  const count = `${changes.length} change${changes.length === 1 ? "" : "s"}`;
  if (unsafe === 0) return `${count}, safe for running executions`;
  return `${count}, ${unsafe} not safe for running executions`;
}
