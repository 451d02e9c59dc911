import type { Template } from "../lib/workflow.ts";
import { foldTemplate } from "./canonical.ts";
import { type DefinitionScope, sourceOf } from "./value-source.ts";

/** As in files: deeper data is refused there too. */
const maxDepth = 64;

/**
 * The template of a value as `defineWorkflow()` takes it: data, references, or both mixed. Undefined properties are left
 * out, as in JSON. Strings are data: `"${…}"` in them is not an expression.
 *
 * @throws {TypeError} saying what is not JSON, or belongs to another workflow; the caller adds where.
 */
export function toTemplate(value: unknown, scope: DefinitionScope): Template {
  return foldTemplate(template(value, scope, 0));
}

function template(value: unknown, scope: DefinitionScope, depth: number): Template {
  if (depth > maxDepth) throw new TypeError(`data must not be nested deeper than ${maxDepth} levels`);
  if (value === null || typeof value === "string" || typeof value === "boolean") return { kind: "literal", value };
  if (typeof value === "number" && Number.isFinite(value)) return { kind: "literal", value };
  if (Array.isArray(value)) return { kind: "array", items: value.map((item) => template(item, scope, depth + 1)) };
  return sourceTemplate(value, scope) ?? objectTemplate(value, scope, depth);
}

function sourceTemplate(value: unknown, scope: DefinitionScope): Template | undefined {
  const source = sourceOf(value);
  if (source === undefined) return undefined;
  if (source.scope !== undefined && source.scope !== scope) {
    throw new TypeError(`a value of workflow "${source.scope.workflowId}" has no meaning in another workflow`);
  }
  const { content } = source;
  return "kind" in content ? { kind: "expression", expression: content } : { kind: "text", parts: content };
}

function objectTemplate(value: unknown, scope: DefinitionScope, depth: number): Template {
  const prototype: unknown = typeof value === "object" ? Object.getPrototypeOf(value) : undefined;
  if (typeof value !== "object" || value === null || (prototype !== Object.prototype && prototype !== null)) {
    throw new TypeError(`only JSON and references can be written here, not ${kindOf(value)}`);
  }
  if (Object.hasOwn(value, "__proto__")) throw new TypeError('data must not have the key "__proto__"');
  const entries = Object.entries(value)
    .filter(([, entry]) => entry !== undefined)
    .map(([key, entry]) => [key, template(entry, scope, depth + 1)] as const);
  return { kind: "object", entries: Object.fromEntries(entries) };
}

function kindOf(value: unknown): string {
  if (typeof value === "number") return `the number ${value}`;
  return typeof value === "object" ? "a class instance" : `a value of type ${typeof value}`;
}
