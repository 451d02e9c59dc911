import { ExpressionError } from "../errors.ts";
import type { JsonValue } from "../json.ts";
import type { Template } from "../workflow.ts";
import { evaluate, type Scope } from "./evaluate.ts";
import { scalarText } from "./scalar-text.ts";

/** The most text one string may expand to, in UTF-16 units. */
const maxExpandedLength = 65_536;

/** Fills a template in one pass: text that came from data is never read as an expression again. The result is frozen. */
export function renderTemplate(template: Template, scope: Scope): JsonValue {
  switch (template.kind) {
    case "literal":
      return template.value;
    case "expression":
      return evaluate(template.expression, scope);
    case "text":
      return renderText(template.parts, scope);
    case "array":
      return Object.freeze(template.items.map((item) => renderTemplate(item, scope)));
    case "object":
      return renderObject(template.entries, scope);
  }
}

function renderText(parts: Extract<Template, { kind: "text" }>["parts"], scope: Scope): string {
  let text = "";
  for (const part of parts) {
    text += typeof part === "string" ? part : scalarText(evaluate(part, scope));
    if (text.length > maxExpandedLength) {
      throw new ExpressionError(
        "EXPR_TOO_LARGE",
        `Cannot expand a text with expressions: it is longer than ${maxExpandedLength} characters`,
      );
    }
  }
  return text;
}

function renderObject(entries: Readonly<Record<string, Template>>, scope: Scope): JsonValue {
  const object: Record<string, JsonValue> = {};
  for (const key of Object.keys(entries)) {
    const entry = entries[key];
    if (entry !== undefined) object[key] = renderTemplate(entry, scope);
  }
  return Object.freeze(object);
}
