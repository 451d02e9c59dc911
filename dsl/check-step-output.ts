import { validatorFor } from "../lib/agents/json-schema.ts";
import { isArray, type JsonSchema } from "../lib/json.ts";
import type { CheckContext } from "./check-context.ts";
import { type KnownData, runOutput } from "./known-data.ts";
import { parseOutputPath } from "./output-path.ts";
import { type Path, quoted, type Report } from "./problem.ts";
import { anyItem, type SchemaPath, type SchemaPlace, schemaPath } from "./schema-path.ts";
import { objectOrEmpty, type StepSource } from "./step-source.ts";

/** Checks what steps say of their output: that the schema is one, and that paths to hide lead somewhere. */
export function checkStepOutputs(context: CheckContext & KnownData): void {
  for (const step of context.source.steps) {
    if (step.outputSchema !== undefined) {
      reportSchema(context.report, step.outputSchema, [...step.path, "output", "schema"], '"schema"');
    }
    checkRedactions(context, step);
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
function checkRedactions(context: CheckContext & KnownData, step: StepSource): void {
  const { redact } = objectOrEmpty(objectOrEmpty(step.json)["output"]);
  const output = runOutput(context, step);
  if (output === undefined || typeof redact !== "object" || redact === null || !isArray(redact)) return;
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
      fix: context.suggest(key, missing.known),
      place: span === undefined ? { path } : { path, span },
    });
  }
}

/** The first key that the schema has no place for, as far as it tells. */
function firstMissing(
  output: SchemaPlace,
  keys: readonly string[],
): { readonly at: number; readonly known: readonly string[] } | undefined {
  let place = output;
  for (const [at, key] of keys.entries()) {
    const found = below(place, key);
    if (found.kind === "excluded") return { at, known: found.known };
    if (found.kind === "unknown") return undefined;
    place = found.place;
  }
  return undefined;
}

/** What stands under a key, where an array stands for each of its items. */
function below(place: SchemaPlace, key: string): SchemaPath {
  const found = schemaPath(place, [key]);
  if (found.kind !== "excluded") return found;
  const item = schemaPath(place, [anyItem]);
  if (item.kind === "present" || item.kind === "optional") return below(item.place, key);
  return item.kind === "unknown" && found.known.length === 0 ? item : found;
}
