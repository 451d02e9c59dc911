import { isArray, isJsonObject, type JsonObject, type JsonSchema, type JsonValue } from "../lib/json.ts";
import type { Template } from "../lib/workflow.ts";
import { countSteps, maxSteps } from "./count-steps.ts";
import { secretNames, variableNames } from "./declared-names.ts";
import type { Path, Report } from "./problem.ts";
import { objectOrEmpty, readStep, type StepSource } from "./step-source.ts";
import type { LocatedReference } from "./located-reference.ts";
import { type DocumentExpression, parseTemplate, templateSink } from "./template.ts";
import type { WorkflowFiles } from "./workflow-files.ts";

/** A whole document as far as it can be understood: what the checks of meaning look at. */
export interface DocumentSource {
  readonly input: JsonSchema | undefined;
  readonly variables: JsonObject;
  /** The names of the environment variables it declares. */
  readonly environment: readonly string[];
  /** The names of the secrets it declares. */
  readonly secrets: readonly string[];
  readonly steps: readonly StepSource[];
  /** Steps by id. Of two with the same id it is the first. */
  readonly stepsById: ReadonlyMap<string, StepSource>;
  readonly output: Template | undefined;
  readonly outputReferences: readonly LocatedReference[];
  /** Policies by name, and the name that the whole workflow's policies use, as they stand in the document. */
  readonly policySets: JsonObject;
  readonly policyUse: JsonValue | undefined;
  /** What splits the circuits of agents whose step says nothing else. */
  readonly policyTarget: Template | undefined;
  /** References in policies of the whole workflow, where no step is in sight. */
  readonly policyReferences: readonly LocatedReference[];
  /** Those of the workflow itself, not of a step. */
  readonly expressions: readonly DocumentExpression[];
}

const inBreaker: Path = ["policies", "resilience", "circuitBreaker", "target"];

/** Reads a document of any shape, and the files that it names, and reports what is wrong with its expressions. */
export function readDocument(value: JsonValue, report: Report, files: WorkflowFiles | undefined): DocumentSource {
  const document = objectOrEmpty(value);
  const { steps: rawSteps = [], input, output } = document;
  const items = typeof rawSteps === "object" && rawSteps !== null && isArray(rawSteps) ? rawSteps : [];
  const sink = templateSink(report);
  const steps = items.map((step, index) => readStep(step, index, sink, files));
  reportSize(steps, report);
  const ofSteps = { references: sink.references.length, expressions: sink.expressions.length };
  sink.plain.beginScope();
  const context = objectOrEmpty(document["context"]);
  const { use: policyUse, resilience } = objectOrEmpty(document["policies"]);
  const { target } = objectOrEmpty(objectOrEmpty(resilience)["circuitBreaker"]);
  const policyTarget = target === undefined ? undefined : parseTemplate(target, inBreaker, sink);
  const ofPolicies = sink.references.length;
  const outputTemplate = output === undefined ? undefined : parseTemplate(output, ["output"], sink);
  return {
    input: typeof input === "boolean" || isJsonObject(input) ? input : undefined,
    variables: objectOrEmpty(context["variables"]),
    environment: variableNames(context),
    secrets: secretNames(context),
    steps,
    stepsById: firstById(steps),
    output: outputTemplate,
    outputReferences: sink.references.slice(ofPolicies),
    policySets: objectOrEmpty(document["policySets"]),
    policyUse,
    policyTarget,
    policyReferences: sink.references.slice(ofSteps.references, ofPolicies),
    expressions: sink.expressions.slice(ofSteps.expressions),
  };
}

/** Nothing walks over a workflow that is larger with its files than one file may be. */
function reportSize(steps: readonly StepSource[], report: Report): void {
  let total = steps.length;
  for (const { child, path } of steps) {
    if (child?.workflow === undefined) continue;
    const before = total;
    total += countSteps(child.workflow);
    if (before > maxSteps || total <= maxSteps) continue;
    const message = `With those of its files the workflow has more than ${maxSteps} steps`;
    const fix = 'register some of the files and name them by "id"';
    report({ code: "WORKFLOW_FILE", message, fix, place: { path: [...path, "workflow", "file"] } });
  }
}

function firstById(steps: readonly StepSource[]): ReadonlyMap<string, StepSource> {
  const byId = new Map<string, StepSource>();
  for (const step of steps) if (step.id !== undefined && !byId.has(step.id)) byId.set(step.id, step);
  return byId;
}
