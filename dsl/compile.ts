import { jsonPointer } from "../lib/agents/json-pointer.ts";
import type { JsonValue } from "../lib/json.ts";
import type { Workflow } from "../lib/workflow.ts";
import type { AgentCatalog } from "./agent-catalog.ts";
import { buildWorkflow } from "./build-workflow.ts";
import { checkDocument } from "./check.ts";
import type { Diagnostic } from "./diagnostics.ts";
import { readDocument } from "./document-source.ts";
import { InvalidWorkflowError } from "./invalid-workflow-error.ts";
import { type JsonReading, readJson } from "./json-reader.ts";
import { createLocator } from "./locator.ts";
import type { OpenedChild } from "./open-child.ts";
import type { Path, Place, Problem } from "./problem.ts";
import { checkSchema } from "./schema-problems.ts";
import type { WorkflowFiles } from "./workflow-files.ts";

export interface CompileOptions {
  /** The name that diagnostics carry, default `workflow.o8.json`. */
  readonly file?: string | undefined;
  /** The agents there are. Without them nothing that needs an agent is checked. */
  readonly agents?: AgentCatalog | undefined;
  /** Opens files that steps name. Without it a step that names one is an error. */
  readonly files?: WorkflowFiles | undefined;
}

export interface CompileDocumentOptions extends CompileOptions {
  /** The JSON text that holds the document. Without it diagnostics have pointers and no ranges. */
  readonly text?: string | undefined;
  /** Where in `text` the document is, such as `["workflow"]` for an HTTP body; the top by default. */
  readonly at?: Path | undefined;
}

/**
 * The workflow is there exactly when no diagnostic is an error. Diagnostics are in the order of the text; those of files that
 * it names come after.
 */
export interface Compilation {
  readonly workflow: Workflow | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** The texts of files that it names, by the names that diagnostics carry. Absent where it names none. */
  readonly texts?: ReadonlyMap<string, string>;
}

/** Compiles the text of an `.o8.json` file. It never throws for what the text holds and reports all problems at once. */
export function compile(text: string, options: CompileOptions = {}): Compilation {
  return compileReading(readJson(text), { ...options, text });
}

/**
 * Compiles a document that was read as part of a larger one. The value must come from {@link readJson}, which refuses
 * what no check here looks for again, such as duplicate keys.
 */
export function compileDocument(value: JsonValue, options: CompileDocumentOptions = {}): Compilation {
  return compileReading({ value, problems: [] }, options);
}

/**
 * As {@link compile}, for callers that want nothing but the workflow.
 *
 * @throws {InvalidWorkflowError} with all diagnostics.
 */
export function parseWorkflow(text: string, options: CompileOptions = {}): Workflow {
  const { workflow, diagnostics } = compile(text, options);
  if (workflow === undefined) throw new InvalidWorkflowError(fileName(options), diagnostics);
  return workflow;
}

function compileReading({ value, problems: found }: JsonReading, options: CompileDocumentOptions): Compilation {
  const problems = [...found];
  const { workflow, children = [] } = value === undefined ? {} : understand(value, options, problems);
  const own = problems.length === 0 ? [] : toDiagnostics(problems, options);
  if (children.length === 0) return { workflow, diagnostics: own };
  // A file that two steps run is told of once.
  const others = new Set(children.flatMap(({ diagnostics }) => diagnostics));
  const texts = new Map<string, string>();
  for (const child of children) for (const [file, text] of child.texts) texts.set(file, text);
  return { workflow, diagnostics: [...own, ...others], texts };
}

function understand(
  value: JsonValue,
  { agents, files }: CompileOptions,
  problems: Problem[],
): { readonly workflow: Workflow | undefined; readonly children: readonly OpenedChild[] } {
  const report = (problem: Problem): void => {
    problems.push(problem);
  };
  const document = checkSchema(value, report);
  const source = readDocument(value, report, files);
  checkDocument(source, agents, report);
  const children = source.steps.flatMap(({ child }) => (child === undefined ? [] : [child]));
  const isValid = document !== undefined && !problems.some(isError);
  return { workflow: isValid ? buildWorkflow(document, source) : undefined, children };
}

function isError({ severity }: Problem): boolean {
  return severity === undefined;
}

function fileName({ file = "workflow.o8.json" }: CompileOptions): string {
  return file;
}

function toDiagnostics(problems: readonly Problem[], options: CompileDocumentOptions): readonly Diagnostic[] {
  const { text, at = [] } = options;
  const locator = text === undefined ? undefined : createLocator(text);
  const diagnostics = problems.map(({ code, severity, message, fix, place }): Diagnostic => ({
    code,
    severity: severity ?? "error",
    message,
    file: fileName(options),
    ...(locator !== undefined && { range: locator.locate(below(at, place)) }),
    pointer: jsonPointer(below(at, place).path),
    ...(fix !== undefined && { fix }),
  }));
  return diagnostics.toSorted((left, right) => offsetOf(left) - offsetOf(right));
}

function below(at: Path, place: Place): Place {
  return at.length === 0 ? place : { ...place, path: [...at, ...place.path] };
}

function offsetOf({ range }: Diagnostic): number {
  return range?.start.offset ?? 0;
}
