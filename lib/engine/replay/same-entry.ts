import type { ExecutionEvent } from "../events.ts";
import { canonicalJson } from "../../workflow-hash.ts";

/** What depends on how fast a machine was. */
const timings: ReadonlySet<string> = new Set(["durationMs", "retryElapsedMs", "downtimeMs", "wakeAt"]);

/** Where two events differ but for timings, as the path of the first difference; undefined where they do not. */
export function difference(recorded: ExecutionEvent, replayed: ExecutionEvent): string | undefined {
  return differenceOf(recorded, replayed, "");
}

/** The replayed event with the timings of the recorded one. */
export function withTimings(replayed: ExecutionEvent, recorded: ExecutionEvent): ExecutionEvent {
  const kept = Object.entries(recorded).filter(([key]) => timings.has(key));
  return { ...replayed, ...Object.fromEntries(kept) };
}

function differenceOf(one: unknown, other: unknown, path: string): string | undefined {
  if (!isObject(one) || !isObject(other) || Array.isArray(one) !== Array.isArray(other)) {
    return Object.is(one, other) ? undefined : `${path === "" ? "event" : path} was ${text(one)} and is ${text(other)}`;
  }
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
    if (path === "" && timings.has(key)) continue;
    const found = differenceOf(one[key], other[key], path === "" ? key : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

const maxShown = 120;

function text(value: unknown): string {
  const shown = value === undefined ? "absent" : canonicalJson(value);
  return shown.length > maxShown ? `${shown.slice(0, maxShown)}…` : shown;
}
