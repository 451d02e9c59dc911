import { maxTimerMs, type Random } from "../clock.ts";
import { exponentialCurve, type Spread } from "./exponential-curve.ts";
import { requireNumber } from "./require-number.ts";
import { retryDefaults as defaults } from "./seed-defaults.ts";

/**
 * How a delay is spread, so that callers which failed together do not come back together. From a nominal delay `d`:
 * `none` waits `d`, `full` [0, d), `equal` [d/2, d), a randomization factor `f` [d·(1-f), d·(1+f)), whose mean stays `d`;
 * `decorrelated` draws from [base, 3 × the previous delay).
 */
export type Jitter = "none" | "full" | "equal" | "decorrelated" | { readonly randomizationFactor: number };

export interface BackoffState {
  /** The attempt that failed, 1-based. */
  readonly attempt: number;
  /** The delay before that attempt, 0 for the first. */
  readonly previousDelay: number;
}

/** Milliseconds to wait before the next attempt. Pure: equal state and draws give an equal delay. */
export type Backoff = (state: BackoffState, random: Random) => number;

export interface ExponentialBackoffOptions {
  /** Nominal delay after the first attempt, default 1 s. */
  readonly base?: number;
  /** Growth per attempt, default 2. */
  readonly factor?: number;
  /** Bound of every delay, jitter included, default 30 s. */
  readonly maxDelay?: number;
  /** Default `{ randomizationFactor: 0.5 }`. */
  readonly jitter?: Jitter;
}

/**
 * Delays around `base · factor^(attempt - 1)`, in whole milliseconds. The nominal delay is capped such that jitter still
 * spreads below `maxDelay`: late attempts do not gather on the cap.
 */
export function exponentialBackoff(options: ExponentialBackoffOptions = {}): Backoff {
  const { base = defaults.baseDelay, factor = defaults.factor, maxDelay = defaults.maxDelay } = options;
  const { jitter = defaults.jitter } = options;
  requireNumber("backoff", "maxDelay", maxDelay, { min: 0, max: maxTimerMs });
  requireNumber("backoff", "base", base, { min: 0, max: maxDelay });
  requireNumber("backoff", "factor", factor, { min: 1, max: Number.MAX_VALUE });
  if (jitter === "decorrelated") return decorrelated(base, maxDelay);
  return exponentialCurve(base, factor, maxDelay, spread(jitter));
}

/** The same nominal delay after every attempt. */
export function constantBackoff(ms: number, jitter: Exclude<Jitter, "decorrelated"> = "none"): Backoff {
  const { from, width } = spread(jitter);
  requireNumber("backoff", "ms", ms, { min: 0, max: maxTimerMs / (from + width) });
  return (_state, random) => Math.floor(ms * (width === 0 ? from : from + width * random()));
}

/** These delays in order, without jitter; the last one repeats. */
export function delays(sequence: readonly number[]): Backoff {
  const all = sequence.map((ms, index) =>
    Math.floor(requireNumber("backoff", `delay ${index + 1}`, ms, { min: 0, max: maxTimerMs })),
  );
  const last = all.at(-1);
  if (last === undefined)
    throw new RangeError("Cannot create backoff: sequence must hold at least one delay, got none");
  return ({ attempt }) => all[attempt - 1] ?? last;
}

function spread(jitter: Exclude<Jitter, "decorrelated">): Spread {
  if (jitter === "none") return { from: 1, width: 0 };
  if (jitter === "full") return { from: 0, width: 1 };
  if (jitter === "equal") return { from: 0.5, width: 0.5 };
  const factor = requireNumber("backoff", "randomizationFactor", jitter.randomizationFactor, { min: 0, max: 1 });
  return { from: 1 - factor, width: 2 * factor };
}

/** AWS's "decorrelated jitter", drawn from below the cap where theirs is clamped to it. */
function decorrelated(base: number, maxDelay: number): Backoff {
  return ({ previousDelay }, random) => {
    const upper = Math.min(maxDelay, 3 * Math.max(base, previousDelay));
    return Math.floor(base + (upper - base) * random());
  };
}
