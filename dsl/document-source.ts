import { isArray, isJsonObject, type JsonObject, type JsonSchema, type JsonValue } from "../lib/json.ts";
import type { Template } from "../lib/workflow.ts";
import type { Report } from "./problem.ts";
import { objectOrEmpty, readStep, type StepSource } from "./step-source.ts";
import type { LocatedReference } from "./located-reference.ts";
import { parseTemplate } from "./template.ts";

/** A whole document as far as it can be understood: what the checks of meaning look at. */
export interface DocumentSource {
  readonly input: JsonSchema | undefined;
  readonly variables: JsonObject;
  readonly steps: readonly StepSource[];
  /** Steps by id. Of two with the same id it is the first. */
  readonly stepsById: ReadonlyMap<string, StepSource>;
  readonly output: Template | undefined;
  readonly outputReferences: readonly LocatedReference[];
  /** References in policies of the whole workflow, where no step is in sight. */
  readonly policyReferences: readonly LocatedReference[];
}

/** Reads a document of any shape and reports what is wrong with its expressions. */
export function readDocument(value: JsonValue, report: Report): DocumentSource {
  const document = objectOrEmpty(value);
  const { steps: rawSteps = [], input, output } = document;
  const items = typeof rawSteps === "object" && rawSteps !== null && isArray(rawSteps) ? rawSteps : [];
  const steps = items.map((step, index) => readStep(step, index, report));
  const outputReferences: LocatedReference[] = [];
  const policyReferences: LocatedReference[] = [];
  const resilience = objectOrEmpty(objectOrEmpty(document["policies"])["resilience"]);
  const target = objectOrEmpty(resilience["circuitBreaker"])["target"];
  if (target !== undefined) {
    const path = ["policies", "resilience", "circuitBreaker", "target"];
    parseTemplate(target, path, { report, references: policyReferences });
  }
  return {
    input: typeof input === "boolean" || isJsonObject(input) ? input : undefined,
    variables: objectOrEmpty(objectOrEmpty(document["context"])["variables"]),
    steps,
    stepsById: firstById(steps),
    output:
      output === undefined ? undefined : parseTemplate(output, ["output"], { report, references: outputReferences }),
    outputReferences,
    policyReferences,
  };
}

function firstById(steps: readonly StepSource[]): ReadonlyMap<string, StepSource> {
  const byId = new Map<string, StepSource>();
  for (const step of steps) if (step.id !== undefined && !byId.has(step.id)) byId.set(step.id, step);
  return byId;
}
