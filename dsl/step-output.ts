import type { JsonSchema } from "../lib/json.ts";
import type { StepOutput } from "../lib/workflow.ts";
import { presentFields } from "./canonical.ts";
import { outputPathMessage, parseOutputPath, printOutputPath } from "./output-path.ts";

/**
 * The AST of what a step says of its output: undefined when that is nothing. The order of paths says nothing.
 *
 * @throws {TypeError} for a path that is none.
 */
export function toStepOutput(schema: JsonSchema | undefined, redact: readonly string[] = []): StepOutput | undefined {
  if (schema === undefined && redact.length === 0) return undefined;
  const paths = new Map(redact.map((path) => [printOutputPath(keysOf(path)), keysOf(path)]));
  return presentFields<StepOutput>({
    schema: schema,
    redact: paths.size === 0 ? undefined : [...paths.keys()].toSorted().map((path) => paths.get(path) ?? []),
  });
}

function keysOf(path: string): readonly string[] {
  const parsed = parseOutputPath(path);
  if (parsed === undefined) throw new TypeError(`"${path}" in output.redact must be ${outputPathMessage}`);
  return parsed.keys;
}
