import type { ReferenceRoot } from "../lib/workflow.ts";
import { createReference } from "./reference.ts";
import type { DefinitionScope } from "./value-source.ts";

type LocalFunction = (...references: readonly unknown[]) => unknown;

/** What an option says: the value, or what its function makes of the references that only exist there. */
export function localValue(option: unknown, references: readonly unknown[]): unknown {
  if (!isFunction(option)) return option;
  if (references.length === 0) throw new TypeError("a function of the item stands only in a step with forEach");
  return option(...references);
}

/** `item` and `index`, where a step has them. */
export function itemReferences(hasForEach: boolean, scope: DefinitionScope): readonly unknown[] {
  return hasForEach ? [rootReference("item", scope), rootReference("index", scope)] : [];
}

/** A whole root as a reference. */
export function rootReference(root: ReferenceRoot, scope: DefinitionScope): unknown {
  return createReference({ kind: "reference", root, path: [] }, scope);
}

function isFunction(value: unknown): value is LocalFunction {
  return typeof value === "function";
}
