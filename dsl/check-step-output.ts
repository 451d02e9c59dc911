import { validatorFor } from "../lib/agents/json-schema.ts";
import { isArray, type JsonSchema } from "../lib/json.ts";
import type { CheckContext } from "./check-context.ts";
import type { KnownData } from "./known-data.ts";
import { parseOutputPath } from "./output-path.ts";
import { type Path, quoted, type Report } from "./problem.ts";
import { followPath } from "./static/follow-path.ts";
import { union } from "./static/combine.ts";
import { kinds, type StaticType } from "./static/static-type.ts";
import { objectOrEmpty, type StepSource } from "./step-source.ts";

/** Arrays in arrays that a path is followed through. */
const maxNesting = 8;

/** Checks what steps say of their output: that the schema is one, and that paths to hide lead somewhere. */
export function checkStepOutputs(context: CheckContext, known: KnownData): void {
  for (const step of context.source.steps) {
    if (step.outputSchema !== undefined) {
      reportSchema(context.report, step.outputSchema, [...step.path, "output", "schema"], '"schema"');
    }
    // In order, so that what one step gives is known when the next is asked, however long the chain is.
    checkRedactions(context, step, known.runOutput(step));
  }
}

/** Reports a JSON Schema that no value could be checked with. `what` starts the message. */
export function reportSchema(report: Report, schema: JsonSchema, path: Path, what: string): void {
  try {
    validatorFor(schema);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    report({ code: "SCHEMA_VALUE", message: `${what} must be a JSON Schema: ${error.message}`, place: { path } });
  }
}

/** A path that leads nowhere hides nothing, which is found out when it is too late. */
function checkRedactions(context: CheckContext, step: StepSource, output: StaticType): void {
  const { redact } = objectOrEmpty(objectOrEmpty(step.json)["output"]);
  if (typeof redact !== "object" || redact === null || !isArray(redact)) return;
  for (const [index, text] of redact.entries()) {
    const parsed = typeof text === "string" ? parseOutputPath(text) : undefined;
    const missing = parsed && firstMissing(output, parsed.keys);
    if (parsed === undefined || missing === undefined) continue;
    const key = parsed.keys[missing.at] ?? "";
    const span = parsed.segments[missing.at];
    const path = [...step.path, "output", "redact", index];
    context.report({
      code: "REFERENCE_EXCLUDED",
      message: `The schema of the output of step ${quoted(step.id ?? "")} has no ${quoted(key)}`,
      fix: context.suggest(key, missing.names),
      place: span === undefined ? { path } : { path, span },
    });
  }
}

/** The first key that the schema has no place for, as far as it tells. An array stands for each of its items. */
function firstMissing(
  output: StaticType,
  keys: readonly string[],
): { readonly at: number; readonly names: readonly string[] } | undefined {
  let type = output;
  for (const [at, key] of keys.entries()) {
    type = itemsOf(type);
    const found = followPath(type, [key]);
    if (found.kind === "excluded" || found.kind === "undeclared") return { at, names: found.names };
    if (found.kind !== "found") return undefined;
    type = found.type;
  }
  return undefined;
}

/** What a path goes through: of arrays their items, and those of arrays in them. */
function itemsOf(type: StaticType, depth = 0): StaticType {
  if (type.arrays.length === 0 || depth > maxNesting) return type;
  const items = type.arrays.map((shape) => itemsOf(shape.items(), depth + 1));
  return items.reduce(union, { ...type, kinds: type.kinds & ~kinds.array, arrays: [] });
}
