import { maxTimerMs, requireNumber } from "./require-number.ts";

/** Opens a circuit after this many failures in a row. */
export interface ConsecutiveWindow {
  readonly kind: "consecutive";
  readonly failures: number;
}

/** Opens a circuit when too many of its last calls failed. */
export interface CountWindow extends FailureRate {
  readonly kind: "count";
  /** How many calls are looked at. */
  readonly size: number;
}

/** Opens a circuit when too many of its latest calls failed, or were slow. */
export interface TimeWindow extends FailureRate {
  readonly kind: "time";
  /** How long a call is looked at after its end, in milliseconds, to a tenth of that. */
  readonly duration: number;
  readonly slowCall?: SlowCall | undefined;
}

export interface FailureRate {
  /** The share of failures to open at, above 0 and up to 1. */
  readonly failureRate: number;
  /** With fewer calls than this in the window no rate counts. */
  readonly minimumCalls: number;
}

/** When slowness is a reason to open, whatever the calls bring. */
export interface SlowCall {
  /** A call that takes longer is slow, in milliseconds. A slow probe counts as a failure. */
  readonly duration: number;
  /** The share of slow calls to open at, above 0 and up to 1. */
  readonly rate: number;
}

/**
 * What a closed circuit looks at to decide whether to open. Ignored outcomes are not in it, and a quick success never is
 * the moment at which a circuit opens.
 */
export type Window = ConsecutiveWindow | CountWindow | TimeWindow;

/** Opens after `failures` failures without a success between them. Ignored outcomes do not interrupt the row. */
export function consecutive(failures: number): Window {
  requireNumber("window", "failures", failures, { min: 1, integer: true });
  return Object.freeze({ kind: "consecutive", failures });
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
  return Object.freeze({ kind: "count", size, failureRate, minimumCalls });
}

/** Opens when at least `failureRate` of the calls that ended within `duration` failed, or `slowCall.rate` of them were slow. */
export function timeWindow(options: Omit<TimeWindow, "kind">): Window {
  const { duration, failureRate, minimumCalls } = options;
  requireNumber("window", "duration", duration, { min: 0, above: true, max: maxTimerMs });
  requireRate("failureRate", failureRate);
  requireNumber("window", "minimumCalls", minimumCalls, { min: 1, integer: true });
  const slowCall = options.slowCall && checkedSlowCall(options.slowCall);
  return Object.freeze({ kind: "time", duration, failureRate, minimumCalls, slowCall });
}

/** A window of one's own that nobody can change, checked, whoever wrote it. */
export function checkedWindow(window: Window): Window {
  switch (window.kind) {
    case "consecutive":
      return consecutive(window.failures);
    case "count":
      return countWindow(window);
    case "time":
      return timeWindow(window);
    default:
      throw new TypeError('Cannot create window: kind must be "consecutive", "count" or "time"');
  }
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
