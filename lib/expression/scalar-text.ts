import { ExpressionError } from "../errors.ts";
import type { JsonValue } from "../json.ts";

/** A scalar as text inside longer text. An object there would read as `[object Object]`, so it is refused. */
export function scalarText(value: JsonValue): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new ExpressionError(
    "EXPR_TYPE_MISMATCH",
    `Cannot put ${value === null ? "null" : "an array or object"} into text: use json(…) or name a field of it`,
  );
}
