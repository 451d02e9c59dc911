import { deepFreeze } from "../freeze.ts";
import type { JsonValue } from "../json.ts";
import type { Template } from "../workflow.ts";
import { evaluate, type Scope } from "./evaluate.ts";
import { Expansion } from "./expansion.ts";
import { scalarText } from "./scalar-text.ts";

/** Fills a template in one pass: text that came from data is never read as an expression again. The result is frozen. */
export function renderTemplate(template: Template, scope: Scope): JsonValue {
  switch (template.kind) {
    case "literal":
      return frozen(template.value);
    case "expression":
      return frozen(evaluate(template.expression, scope));
    case "text":
      return renderText(template.parts, scope);
    case "array":
      return Object.freeze(template.items.map((item) => renderTemplate(item, scope)));
    case "object":
      return renderObject(template.entries, scope);
  }
}

/** Constants, variables and what was read back from a journal are frozen when they are given to somebody first. */
function frozen(value: JsonValue): JsonValue {
  return Object.isFrozen(value) ? value : deepFreeze(value);
}

function renderText(parts: Extract<Template, { kind: "text" }>["parts"], scope: Scope): string {
  const expansion = new Expansion();
  for (const part of parts) expansion.add(typeof part === "string" ? part : scalarText(evaluate(part, scope)));
  return expansion.text;
}

/** `fromEntries` makes every key an own property, where assigning to `__proto__` would change what the object inherits. */
function renderObject(entries: Readonly<Record<string, Template>>, scope: Scope): JsonValue {
  const rendered = Object.entries(entries).map(([key, entry]) => [key, renderTemplate(entry, scope)] as const);
  return Object.freeze(Object.fromEntries(rendered));
}
