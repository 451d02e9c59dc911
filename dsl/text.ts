import type { Expression } from "../lib/workflow.ts";
import type { RunValue } from "./typed-value.ts";
import { attachSource, commonScope, sourceOf } from "./value-source.ts";

/** What can be put into text: scalars that are there. Use `join()`, `json()` or `.default()` for anything else. */
export type TextPart = string | number | boolean | RunValue<string | number | boolean>;

/**
 * Text with values of the running workflow in it: `` text`Hello ${input.name}` ``. A plain template string would need
 * the values now.
 */
export function text(strings: TemplateStringsArray, ...values: readonly TextPart[]): RunValue<string> {
  const parts = strings.flatMap((string, index) =>
    index < values.length ? [string, ...partsOf(values[index])] : [string],
  );
  const scope = commonScope(values.map(sourceOf));
  return attachSource({}, { scope, content: parts });
}

function partsOf(value: unknown): readonly (string | Expression)[] {
  const content = sourceOf(value)?.content;
  if (content !== undefined) return "kind" in content ? [content] : content;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return [String(value)];
  throw new TypeError("Cannot put a value into text: it must be a string, a number, a boolean or a reference");
}
