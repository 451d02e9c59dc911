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
      return expressionTemplate(template.expression);
    case "text":
      return textTemplate(template.parts);
    case "array":
      return arrayTemplate(template.items.map(foldTemplate));
    case "object": {
      const entries = Object.entries(template.entries);
      return objectTemplate(Object.fromEntries(entries.map(([key, entry]) => [key, foldTemplate(entry)])));
    }
  }
}

/** A template that is the value as it is. */
export function literal(value: JsonValue): LiteralTemplate {
  return { kind: "literal", value };
}

/** One expression that keeps its value's type. A constant is a literal. */
export function expressionTemplate(expression: Expression): Template {
  return expression.kind === "value" ? literal(expression.value) : { kind: "expression", expression };
}

/** Text and expressions in turn. */
export function textTemplate(parts: readonly TextPart[]): Template {
  const folded: TextPart[] = [];
  for (const part of parts) addTextPart(folded, part);
  return foldedText(folded);
}

export type TextPart = string | Expression;

/** Puts a part behind others. Of neighbouring strings it makes one, and of an empty one nothing. */
export function addTextPart(parts: TextPart[], part: TextPart): void {
  const text = typeof part === "string" ? part : constantText(part);
  if (text === undefined) {
    parts.push(part);
    return;
  }
  if (text === "") return;
  const last = parts.at(-1);
  if (typeof last === "string") parts[parts.length - 1] = last + text;
  else parts.push(text);
}

function constantText(expression: Expression): string | undefined {
  return expression.kind === "value" && typeof expression.value === "string" ? expression.value : undefined;
}

/** Of parts as {@link addTextPart} leaves them. */
export function foldedText(parts: readonly TextPart[]): Template {
  const [first = ""] = parts;
  if (typeof first === "string" && parts.length < 2) return literal(first);
  // A list that grew has room for many more, and a file has thousands of them.
  return { kind: "text", parts: parts.slice() };
}

/** An array of folded templates. */
export function arrayTemplate(items: readonly Template[]): Template {
  return items.every(isLiteral) ? literal(items.map((item) => item.value)) : { kind: "array", items };
}

/** An object of folded templates. */
export function objectTemplate(entries: Readonly<Record<string, Template>>): Template {
  for (const key in entries) if (entries[key]?.kind !== "literal") return { kind: "object", entries };
  const members: readonly (readonly [string, Template])[] = Object.entries(entries);
  return literal(Object.fromEntries(members.filter(hasLiteral).map(([key, entry]) => [key, entry.value])));
}

function hasLiteral(entry: readonly [string, Template]): entry is readonly [string, LiteralTemplate] {
  return isLiteral(entry[1]);
}

function isLiteral(template: Template): template is LiteralTemplate {
  return template.kind === "literal";
}

/**
 * What a step waits for: the ids in `step.dependencies` and every step its templates refer to, once each, ordered by
 * `positions` (step id to index in the workflow). Ids without a position come last. A step's compensation may refer to the
 * step itself, which is no waiting.
 */
export function stepOrderedDependencies(step: Step, positions: ReadonlyMap<string, number>): readonly string[] {
  const ids = [...step.dependencies];
  for (const [part, content] of stepParts(step)) {
    for (const { root, path } of referencesIn(content)) {
      const [id] = path;
      if (root !== "steps" || typeof id !== "string" || (part === "compensate" && id === step.id)) continue;
      ids.push(id);
    }
  }
  return inStepOrder(ids, (id) => positions.get(id) ?? positions.size);
}

/** The ids, each once, ordered by the index of their steps. */
export function inStepOrder(ids: readonly string[], indexOf: (stepId: string) => number): readonly string[] {
  if (ids.length < 2) return ids;
  return [...new Set(ids)].toSorted((left, right) => indexOf(left) - indexOf(right));
}

/** Every field of `T` spelled out, so that a new one cannot be forgotten; `undefined` where it is absent. */
export type AllFields<T> = { readonly [K in keyof Required<T>]: T[K] | undefined };

/** The same object without the fields that are `undefined`: in the AST an absent field is absent. */
export function presentFields<T extends object>(fields: AllFields<T>): T;
export function presentFields(fields: Readonly<Record<string, unknown>>): object {
  const present: Record<string, unknown> = {};
  for (const key in fields) {
    const value = fields[key];
    if (value !== undefined) present[key] = value;
  }
  return present;
}
