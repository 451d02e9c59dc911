import { isArray } from "../lib/json.ts";
import { referenceText, valueAt } from "../lib/expression/reference.ts";
import type { Expression, Reference } from "../lib/workflow.ts";
import type { CheckContext } from "./check-context.ts";
import { expressionData, type KnownData } from "./known-data.ts";
import { quoted, quotedList } from "./problem.ts";
import { allowsArray, arrayKeys } from "./schema-path.ts";

/** Reports items of a `forEach` that can be no array, as far as that is known before the run. */
export function checkItems(context: CheckContext & KnownData): void {
  for (const { path, items } of context.source.steps) {
    if (items === undefined || canBeArray(context, items)) continue;
    context.report({
      code: "FOR_EACH_ITEMS",
      message: '"items" must give an array, and this never does',
      fix: arrayIn(context, items),
      place: { path: [...path, "forEach", "items"] },
    });
  }
}

function canBeArray(known: KnownData, expression: Expression): boolean {
  switch (expression.kind) {
    case "value":
      return isArray(expression.value);
    case "default":
      return canBeArray(known, expression.left) && canBeArray(known, expression.right);
    case "reference":
      return canReferToArray(known, expression);
    case "comparison":
    case "not":
    case "and":
    case "or":
    case "call":
      return false;
  }
}

/** What is wrong with the reference itself is reported elsewhere; here it may be anything then. */
function canReferToArray(known: KnownData, reference: Reference): boolean {
  switch (reference.root) {
    case "env":
    case "execution":
    case "workflow":
      return false;
    case "variables": {
      const value = valueAt(known.source.variables, reference.path);
      return value === undefined || isArray(value);
    }
    case "steps":
      if (reference.path[1] === "status") return false;
      break;
    case "input":
    case "secrets":
    case "item":
    case "index":
    case "output":
  }
  const data = expressionData(known, reference);
  return data === undefined || allowsArray(data);
}

/** An array inside the object that was named is most likely what was meant. */
function arrayIn(known: KnownData, items: Expression): string {
  const data = items.kind === "reference" ? expressionData(known, items) : undefined;
  if (data === undefined || items.kind !== "reference") return 'name an array, such as "input.list"';
  const inside = arrayKeys(data).map((key) => referenceText({ ...items, path: [...items.path, key] }));
  if (inside.length === 0) return 'name an array, such as "input.list"';
  return inside.length === 1 ? `did you mean ${quoted(inside[0] ?? "")}?` : `use one of ${quotedList(inside)}`;
}
