import { isArray, type JsonValue } from "../lib/json.ts";
import { isSpace } from "./expression-tokens.ts";

/** What a document may hold before anything looks at its meaning. */
export const jsonLimits = { maxBytes: 1_048_576, maxDepth: 64 } as const;

/** What `JSON.parse` makes of a text; undefined when it is no JSON. */
export function parseJson(
  text: string,
  reviver?: (key: string, value: JsonValue) => JsonValue | undefined,
): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(text, reviver);
    return value;
  } catch {
    // Who wants to know what is wrong asks the scanner, which says it with places and in our own words.
    return undefined;
  }
}

/**
 * Whether parsed JSON is what its text says. Two equal keys in one object leave fewer keys in the value than colons in
 * the text, so counting both finds duplicates without a set per object.
 */
export function isSound(value: JsonValue, text: string): boolean {
  const keys = countKeys(value, 1);
  // Few texts have anything inside a string that looks like the end of a key.
  return keys !== undefined && (keys === countKeyEnds(text) || keys === countColons(text));
}

/** All keys below `value`, or undefined for a value that needs a closer look. */
function countKeys(value: JsonValue, depth: number): number | undefined {
  if (typeof value === "number") return isExact(value) ? 0 : undefined;
  if (typeof value !== "object" || value === null) return 0;
  if (depth > jsonLimits.maxDepth || Object.hasOwn(value, "__proto__")) return undefined;
  let count = 0;
  if (isArray(value)) {
    for (const child of value) {
      const below = countKeys(child, depth + 1);
      if (below === undefined) return undefined;
      count += below;
    }
    return count;
  }
  for (const key in value) {
    const below = countKeys(value[key] ?? null, depth + 1);
    if (below === undefined) return undefined;
    count += below + 1;
  }
  return count;
}

/** Whether no other number could have been meant. `1e300` is refused here and forgiven by the closer look at its text. */
function isExact(value: number): boolean {
  return Number.isFinite(value) && (Number.isSafeInteger(value) || !Number.isInteger(value));
}

/** The colons behind quotes: all those behind keys, and perhaps more inside of strings. */
function countKeyEnds(text: string): number {
  let count = 0;
  for (let index = text.indexOf(":"); index !== -1; index = text.indexOf(":", index + 1)) {
    let before = index - 1;
    while (isSpace(text.charCodeAt(before))) before--;
    if (text.charCodeAt(before) === quote) count++;
  }
  return count;
}

/** The colons outside the strings of a text that is known to be JSON. Each stands behind a string, so only that is looked at. */
function countColons(text: string): number {
  let count = 0;
  for (let opening = text.indexOf('"'); opening !== -1;) {
    let after = closingQuote(text, opening) + 1;
    while (isSpace(text.charCodeAt(after))) after++;
    if (text.charCodeAt(after) === colon) count++;
    opening = text.indexOf('"', after);
  }
  return count;
}

const colon = 0x3a;
const quote = 0x22;

function closingQuote(text: string, opening: number): number {
  let index = text.indexOf('"', opening + 1);
  while (isEscaped(text, index)) index = text.indexOf('"', index + 1);
  return index;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes++;
  return backslashes % 2 === 1;
}
