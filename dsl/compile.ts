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
import type { Path, Place, Problem } from "./problem.ts";
import { checkSchema } from "./schema-problems.ts";

export interface CompileOptions {
  /** The name that diagnostics carry, default `workflow.o8.json`. */
  readonly file?: string | undefined;
  /** The agents there are. Without them nothing that needs an agent is checked. */
  readonly agents?: AgentCatalog | undefined;
}

export interface CompileDocumentOptions extends CompileOptions {
  /** The JSON text that holds the document. Without it diagnostics have pointers and no ranges. */
  readonly text?: string | undefined;
  /** Where in `text` the document is, such as `["workflow"]` for an HTTP body; the top by default. */
  readonly at?: Path | undefined;
}

/** The workflow is there exactly when no diagnostic is an error. Diagnostics are in the order of the text. */
export interface Compilation {
  readonly workflow: Workflow | undefined;
  readonly diagnostics: readonly Diagnostic[];
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
  const workflow = value === undefined ? undefined : understand(value, options.agents, problems);
  return { workflow, diagnostics: problems.length === 0 ? [] : toDiagnostics(problems, options) };
}

function understand(value: JsonValue, agents: AgentCatalog | undefined, problems: Problem[]): Workflow | undefined {
  const report = (problem: Problem): void => {
    problems.push(problem);
  };
  const document = checkSchema(value, report);
  const source = readDocument(value, report);
  checkDocument(source, agents, report);
  return document === undefined || problems.some(isError) ? undefined : buildWorkflow(document, source);
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
