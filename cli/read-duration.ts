import { isDuration, parseDuration } from "../dsl/duration.ts";
import { usageError } from "./cli-error.ts";

/** The milliseconds that a flag names, if it was given. */
export function readDuration(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (isDuration(text)) return parseDuration(text);
  throw usageError(`Cannot use "--${flag}": it must be a duration such as "500ms", "30s" or "5m"`);
}
