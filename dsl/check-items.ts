import { referenceText } from "../lib/expression/reference.ts";
import type { Expression } from "../lib/workflow.ts";
import type { CheckContext } from "./check-context.ts";
import { type Path, quoted, quotedList } from "./problem.ts";
import { memberOf, namesIn } from "./static/follow-path.ts";
import { type Branch, inferBranches } from "./static/infer-expression.ts";
import { isNever, kinds } from "./static/static-type.ts";
import type { TypeReader } from "./type-reader.ts";

/** Reports items of a `forEach` that can be no array, as far as that is known before the run. */
export function checkItems({ report }: CheckContext, items: Expression, path: Path, reader: TypeReader): void {
  for (const branch of inferBranches(items, reader)) {
    if ((branch.type.kinds & kinds.array) !== 0 || isNever(branch.type)) continue;
    report({
      code: "FOR_EACH_ITEMS",
      message: '"items" must give an array, and this never does',
      fix: arrayIn(branch),
      place: branch.expression === items ? { path } : reader.placeOf(branch.expression, path),
    });
  }
}

/** An array inside the object that was named is most likely what was meant. */
function arrayIn({ expression, type }: Branch): string {
  const inside =
    expression.kind === "reference"
      ? namesIn(type)
          .filter((key) => memberOf(type, key).type.kinds === kinds.array)
          .map((key) => referenceText({ ...expression, path: [...expression.path, key] }))
      : [];
  if (inside.length === 0) return 'name an array, such as "input.list"';
  return inside.length === 1 ? `did you mean ${quoted(inside[0] ?? "")}?` : `use one of ${quotedList(inside)}`;
}
