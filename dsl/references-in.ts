import type { Expression, Reference, Template } from "../lib/workflow.ts";

/** Every reference in a template or an expression, in the order it is written. */
export function referencesIn(content: Template | Expression): readonly Reference[] {
  const found: Reference[] = [];
  collect(content, found);
  return found;
}

function collect(content: Template | Expression, found: Reference[]): void {
  switch (content.kind) {
    case "literal":
    case "value":
      return;
    case "reference":
      found.push(content);
      return;
    case "expression":
      collect(content.expression, found);
      return;
    case "text":
      for (const part of content.parts) if (typeof part !== "string") collect(part, found);
      return;
    case "array":
      for (const item of content.items) collect(item, found);
      return;
    case "object":
      for (const entry of Object.values(content.entries)) collect(entry, found);
      return;
    case "not":
      collect(content.operand, found);
      return;
    case "call":
      for (const argument of content.arguments) collect(argument, found);
      return;
    case "default":
    case "comparison":
    case "and":
    case "or":
      collect(content.left, found);
      collect(content.right, found);
  }
}
