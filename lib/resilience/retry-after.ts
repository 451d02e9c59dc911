import { systemClock } from "../clock.ts";
import { isObject } from "./is-object.ts";
import type { Outcome } from "./policy.ts";

/**
 * Milliseconds that a `Retry-After` header asks to wait: whole seconds or an HTTP date, seen from `now` (milliseconds
 * since the epoch). A date in the past is 0; what is neither is undefined.
 */
export function parseRetryAfter(value: string | number | null | undefined, now: number): number | undefined {
  if (typeof value === "number") return value >= 0 ? value * 1_000 : undefined;
  const text = value?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  // Date.parse also takes "-5" and "1.5" for dates; an HTTP date starts with the name of a day.
  const date = /^[A-Za-z]{3,9},? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/**
 * How long the callee asked to be left alone: `retryAfter` of an error that says `isRetryable` (in milliseconds), or the
 * `Retry-After` header of an error, its response, or a returned response.
 */
export function readRetryAfter(outcome: Outcome<unknown>, now: number = systemClock.wall()): number | undefined {
  const subject = outcome.ok ? outcome.value : outcome.error;
  if (!isObject(subject)) return undefined;
  const { retryAfter, isRetryable } = subject;
  if (!outcome.ok && typeof isRetryable === "boolean" && typeof retryAfter === "number") return retryAfter;
  return parseRetryAfter(header(subject) ?? header(subject["response"]), now);
}

function header(holder: unknown): string | undefined {
  const headers = isObject(holder) ? holder["headers"] : undefined;
  const fields = headers instanceof Headers ? headers : isObject(headers) ? Object.entries(headers) : [];
  for (const [name, value] of fields) {
    if (name.toLowerCase() === "retry-after" && typeof value === "string") return value;
  }
  return undefined;
}
