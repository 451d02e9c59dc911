import { maxTimerMs } from "../lib/clock.ts";

const unitsMs: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/** How long a step may wait: ten years. The journal keeps the time, so the longest timer is no bound. */
export const maxWaitMs = 3_653 * 86_400_000;

/** What durations must be, after "must be". */
export const durationMessage = 'a duration such as 500, "30s" or "5m", up to 24 days';
export const waitMessage = 'a duration above 0 such as 500, "30s" or "7d", up to 3653 days';

/** How a duration is written as text: a number and its unit. */
export const durationText = /^(\d{1,15}(?:\.\d{1,9})?)(ms|s|m|h|d)$/;

/**
 * A duration in milliseconds from a number of milliseconds or text such as `"500ms"`, `"30s"`, `"5m"`, `"2h"`, `"1d"`, up
 * to 24 days. Fractions of a millisecond are rounded away, so that equal durations are equal in the AST.
 */
export function parseDuration(value: number | string): number {
  const milliseconds = millisecondsIn(value);
  if (isInRange(milliseconds)) return Math.round(milliseconds);
  throw new RangeError(
    'Cannot parse duration: it must be milliseconds >= 0 or text such as "500ms", "30s", "5m", "2h" or "1d", up to 24 days',
  );
}

/** The shortest exact spelling of milliseconds: `"30s"` for 30000, and the number itself where no unit fits. */
export function formatDuration(milliseconds: number): number | string {
  const unit = Object.entries(unitsMs).find(([, size]) => size > 1 && milliseconds > 0 && milliseconds % size === 0);
  return unit === undefined ? milliseconds : `${milliseconds / unit[1]}${unit[0]}`;
}

/** Whether {@link parseDuration} takes this value. */
export function isDuration(value: number | string): boolean {
  return isInRange(millisecondsIn(value));
}

/** Whether it is a duration and not none at all. */
export function isPositiveDuration(value: number | string): boolean {
  const milliseconds = millisecondsIn(value);
  return isInRange(milliseconds) && Math.round(milliseconds) > 0;
}

/** As {@link parseDuration}, for the time that a step waits: above 0, up to ten years. */
export function parseWait(value: number | string): number {
  if (isWait(value)) return Math.round(millisecondsIn(value));
  throw new RangeError(`Cannot parse duration: it must be ${waitMessage}`);
}

/** Whether {@link parseWait} takes this value. */
export function isWait(value: number | string): boolean {
  const milliseconds = Math.round(millisecondsIn(value));
  return milliseconds > 0 && milliseconds <= maxWaitMs;
}

function isInRange(milliseconds: number): boolean {
  return milliseconds >= 0 && milliseconds <= maxTimerMs;
}

function millisecondsIn(value: number | string): number {
  if (typeof value === "number") return value;
  const [, amount = "", unit = ""] = durationText.exec(value) ?? [];
  return amount === "" ? Number.NaN : Number(amount) * (unitsMs[unit] ?? Number.NaN);
}
