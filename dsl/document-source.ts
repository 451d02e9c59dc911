import { isArray, isJsonObject, type JsonObject, type JsonSchema, type JsonValue } from "../lib/json.ts";
import type { Template } from "../lib/workflow.ts";
import type { Report } from "./problem.ts";
import { objectOrEmpty, readStep, type StepSource } from "./step-source.ts";
import { type DocumentExpression, type DocumentReference, parseTemplate } from "./template.ts";

/** A whole document as far as it can be understood: what the checks of meaning look at. */
export interface DocumentSource {
  readonly input: JsonSchema | undefined;
  readonly variables: JsonObject;
  readonly steps: readonly StepSource[];
  /** Steps by id. Of two with the same id it is the first. */
  readonly stepsById: ReadonlyMap<string, StepSource>;
  readonly output: Template | undefined;
  readonly outputReferences: readonly DocumentReference[];
  /** What splits the circuits of agents whose step says nothing else. */
  readonly policyTarget: Template | undefined;
  /** References in policies of the whole workflow, where no step is in sight. */
  readonly policyReferences: readonly DocumentReference[];
  /** Those of the workflow itself, not of a step. */
  readonly expressions: readonly DocumentExpression[];
}

/** Reads a document of any shape and reports what is wrong with its expressions. */
export function readDocument(value: JsonValue, report: Report): DocumentSource {
  const document = objectOrEmpty(value);
  const { steps: rawSteps = [], input, output } = document;
  const items = typeof rawSteps === "object" && rawSteps !== null && isArray(rawSteps) ? rawSteps : [];
  const steps = items.map((step, index) => readStep(step, ["steps", index], report));
  const outputReferences: DocumentReference[] = [];
  const policyReferences: DocumentReference[] = [];
  const expressions: DocumentExpression[] = [];
  const resilience = objectOrEmpty(objectOrEmpty(document["policies"])["resilience"]);
  const target = objectOrEmpty(resilience["circuitBreaker"])["target"];
  let policyTarget: Template | undefined;
  if (target !== undefined) {
    const path = ["policies", "resilience", "circuitBreaker", "target"];
    policyTarget = parseTemplate(target, path, { report, references: policyReferences, expressions });
  }
  return {
    input: typeof input === "boolean" || isJsonObject(input) ? input : undefined,
    variables: objectOrEmpty(objectOrEmpty(document["context"])["variables"]),
    steps,
    stepsById: firstById(steps),
    output:
      output === undefined
        ? undefined
        : parseTemplate(output, ["output"], { report, references: outputReferences, expressions }),
    outputReferences,
    policyTarget,
    policyReferences,
    expressions,
  };
}

function firstById(steps: readonly StepSource[]): ReadonlyMap<string, StepSource> {
  const byId = new Map<string, StepSource>();
  for (const step of steps) if (step.id !== undefined && !byId.has(step.id)) byId.set(step.id, step);
  return byId;
}
