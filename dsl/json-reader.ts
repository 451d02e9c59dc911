import type { JsonValue } from "../lib/json.ts";
import { findJsonProblems } from "./json-problems.ts";
import type { Problem } from "./problem.ts";
import { isSound, jsonLimits, parseJson } from "./sound-json.ts";

/**
 * `value` is undefined when the text is not JSON at all or too deep. With duplicate keys or numbers out of range there are
 * both, so that the checks behind can report their own problems as well.
 */
export interface JsonReading {
  readonly value: JsonValue | undefined;
  readonly problems: readonly Problem[];
}

/**
 * Reads strict JSON within {@link jsonLimits}. Unlike `JSON.parse` it refuses duplicate keys, `__proto__` keys, numbers
 * that would lose their value and deep nesting. It reports every problem at once and never in the runtime's words.
 */
export function readJson(text: string): JsonReading {
  if (isTooLarge(text)) {
    const place = { path: [], text: { start: 0, end: 0 } };
    return {
      value: undefined,
      problems: [{ code: "JSON_TOO_LARGE", message: tooLarge, fix: "split the workflow", place }],
    };
  }
  const value = parseJson(text);
  if (value !== undefined && isSound(value, text)) return { value, problems: [] };
  const { problems, isTooDeep } = findJsonProblems(text, jsonLimits.maxDepth);
  if (problems.length === 0) return { value, problems };
  return { value: isTooDeep || value === undefined ? undefined : parseJson(text, harmless), problems };
}

const tooLarge = `The document is larger than ${jsonLimits.maxBytes} bytes`;

function isTooLarge(text: string): boolean {
  if (text.length * 3 <= jsonLimits.maxBytes) return false;
  return text.length > jsonLimits.maxBytes || Buffer.byteLength(text) > jsonLimits.maxBytes;
}

/** What has been reported nobody need stumble over again: a forbidden key is left out, a number out of range is finite. */
function harmless(key: string, value: JsonValue): JsonValue | undefined {
  if (key === "__proto__") return undefined;
  return value === Infinity || value === -Infinity ? Math.sign(value) * Number.MAX_VALUE : value;
}
