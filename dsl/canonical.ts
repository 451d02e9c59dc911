import type { JsonValue } from "../lib/json.ts";
import type { Expression, Step, Template } from "../lib/workflow.ts";
import { referencesIn } from "./references-in.ts";
import { stepParts } from "./step-parts.ts";

type LiteralTemplate = Extract<Template, { kind: "literal" }>;

/**
 * Brings a template to the one shape its meaning has: a subtree without expressions becomes one `literal`, neighbouring
 * strings of a `text` become one, and empty ones go.
 *
 * A `text` with a single expression stays a `text`: it gives a string, where the bare expression keeps the value's type.
 */
export function foldTemplate(template: Template): Template {
  switch (template.kind) {
    case "literal":
      return template;
    case "expression":
      return template.expression.kind === "value" ? literal(template.expression.value) : template;
    case "text":
      return foldText(template.parts);
    case "array": {
      const items = template.items.map(foldTemplate);
      return items.every(isLiteral) ? literal(items.map((item) => item.value)) : { kind: "array", items };
    }
    case "object": {
      const entries = Object.entries(template.entries).map(([key, entry]) => [key, foldTemplate(entry)] as const);
      return entries.every(hasLiteral)
        ? literal(Object.fromEntries(entries.map(([key, entry]) => [key, entry.value])))
        : { kind: "object", entries: Object.fromEntries(entries) };
    }
  }
}

function foldText(parts: readonly (string | Expression)[]): Template {
  const folded: (string | Expression)[] = [];
  let text = "";
  for (const part of parts) {
    if (typeof part === "string") text += part;
    else if (part.kind === "value" && typeof part.value === "string") text += part.value;
    else {
      if (text !== "") folded.push(text);
      folded.push(part);
      text = "";
    }
  }
  if (folded.length === 0) return literal(text);
  if (text !== "") folded.push(text);
  return { kind: "text", parts: folded };
}

function literal(value: JsonValue): Template {
  return { kind: "literal", value };
}

function isLiteral(template: Template): template is LiteralTemplate {
  return template.kind === "literal";
}

function hasLiteral(entry: readonly [string, Template]): entry is readonly [string, LiteralTemplate] {
  return isLiteral(entry[1]);
}

/**
 * What a step waits for: the ids in `step.dependencies` and every step its templates refer to, once each, ordered by
 * `positions` (step id to index in the workflow). Ids without a position come last. A step's compensation may refer to the
 * step itself, which is no waiting.
 */
export function stepOrderedDependencies(step: Step, positions: ReadonlyMap<string, number>): readonly string[] {
  const ids = new Set(step.dependencies);
  for (const [part, content] of stepParts(step)) {
    for (const { root, path } of referencesIn(content)) {
      const [id] = path;
      if (root !== "steps" || typeof id !== "string" || (part === "compensate" && id === step.id)) continue;
      ids.add(id);
    }
  }
  const position = (id: string): number => positions.get(id) ?? positions.size;
  return [...ids].toSorted((left, right) => position(left) - position(right));
}

/** Freezes a tree of plain data in place and returns it. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const child of Object.values(value)) deepFreeze(child);
    Object.freeze(value);
  }
  return value;
}

/** Every field of `T` spelled out, so that a new one cannot be forgotten; `undefined` where it is absent. */
export type AllFields<T> = { readonly [K in keyof Required<T>]: T[K] | undefined };

/** The same object without the fields that are `undefined`: in the AST an absent field is absent. */
export function presentFields<T extends object>(fields: AllFields<T>): T;
export function presentFields(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
