import { maxTimerMs, type Clock } from "../clock.ts";
import { ConsecutiveTally } from "./consecutive-tally.ts";
import { CountTally } from "./count-tally.ts";
import { requireNumber } from "./require-number.ts";
import type { Tally } from "./tally.ts";
import { TimeTally } from "./time-tally.ts";
import type { ConsecutiveWindow, CountWindow, SlowCall, TimeWindow } from "./window-settings.ts";

/**
 * What a closed circuit looks at to decide whether to open. Ignored outcomes are not in it, and a quick success never is
 * the moment at which a circuit opens.
 */
export type Window = (ConsecutiveWindow | CountWindow | TimeWindow) & {
  /**
   * An empty tally for one circuit. `clock` is what its calls are admitted by. It comes with the window, so that a program
   * holds only the counting that it uses.
   */
  readonly createTally: (clock: Clock) => Tally;
};

/** Opens after `failures` failures without a success between them. Ignored outcomes do not interrupt the row. */
export function consecutive(failures: number): Window {
  requireNumber("window", "failures", failures, { min: 1, integer: true });
  return Object.freeze({ kind: "consecutive", failures, createTally: () => new ConsecutiveTally(failures) });
}

/** Opens when at least `failureRate` of the last `size` calls failed. `minimumCalls` is `size` by default. */
export function countWindow(options: {
  readonly size: number;
  readonly failureRate: number;
  readonly minimumCalls?: number;
}): Window {
  const { size, failureRate, minimumCalls = size } = options;
  requireNumber("window", "size", size, { min: 1, max: maxSize, integer: true });
  requireRate("failureRate", failureRate);
  requireNumber("window", "minimumCalls", minimumCalls, { min: 1, max: size, integer: true });
  const settings = { kind: "count", size, failureRate, minimumCalls } as const;
  return Object.freeze({ ...settings, createTally: () => new CountTally(settings) });
}

/** Opens when at least `failureRate` of the calls that ended within `duration` failed, or `slowCall.rate` of them were slow. */
export function timeWindow(options: Omit<TimeWindow, "kind">): Window {
  const { duration, failureRate, minimumCalls } = options;
  requireNumber("window", "duration", duration, { min: 0, above: true, max: maxTimerMs });
  requireRate("failureRate", failureRate);
  requireNumber("window", "minimumCalls", minimumCalls, { min: 1, integer: true });
  const slowCall = options.slowCall && checkedSlowCall(options.slowCall);
  const settings = { kind: "time", duration, failureRate, minimumCalls, slowCall } as const;
  return Object.freeze({ ...settings, createTally: (clock: Clock) => new TimeTally(settings, clock) });
}

/** Every circuit with a count window holds as many bytes. */
const maxSize = 1_000_000;

function checkedSlowCall({ duration, rate }: SlowCall): SlowCall {
  requireNumber("window", "slowCall.duration", duration, { min: 0, above: true });
  requireRate("slowCall.rate", rate);
  return Object.freeze({ duration, rate });
}

function requireRate(option: string, rate: number): void {
  requireNumber("window", option, rate, { min: 0, above: true, max: 1 });
}
