import { type Clock, type Random, systemClock, systemRandom } from "../clock.ts";
import type { Backoff } from "./backoff.ts";
import { classify, type Verdict } from "./classify.ts";
import { guarded, type Listener } from "./listener.ts";
import type { Outcome } from "./policy.ts";
import { requireNumber } from "./require-number.ts";
import { circuitBreakerDefaults as defaults } from "./seed-defaults.ts";
import { consecutive, type Window } from "./window.ts";

/**
 * A verdict, and for a failure also how long the callee asked to be left alone: the least time to stay open, though no
 * callee is heeded for more than an hour.
 */
export type Judgement = Verdict | { readonly verdict: "failure"; readonly retryAfter?: number | undefined };

/** Durations in milliseconds. */
export interface CircuitBreakerOptions<T = unknown> {
  /** Default `consecutive(5)`. */
  readonly window?: Window;
  /**
   * How long an open circuit refuses calls before it lets a probe through, default 60 s, at least 1 ms. A backoff is asked with the
   * number of this opening as the `attempt`; it starts again at 1 once the circuit has stayed closed for as long as it was
   * open the last time.
   */
  readonly openDuration?: number | Backoff;
  /** How many calls a half-open circuit lets through, and how many must succeed to close it, default 1. */
  readonly halfOpenProbes?: number;
  /** How long a probe may take before its place goes to another call, default `openDuration`, or 60 s if that is a backoff. */
  readonly probeLease?: number;
  /** What an outcome means for the circuit, default `classify`. */
  readonly classify?: (outcome: Outcome<T>) => Judgement;
  readonly clock?: Clock;
  /** What `openDuration` draws from. */
  readonly random?: Random;
  readonly on?: Listener<CircuitBreakerEvent>;
  /** Whether `on` is told of every outcome too, default true. Not to be told costs a call less. */
  readonly records?: boolean;
}

/**
 * `open` refuses calls, `half-open` lets probes through. `isolated` refuses and `disabled` lets through every call, by
 * hand, whatever their outcomes.
 */
export type CircuitState = "closed" | "open" | "half-open" | "isolated" | "disabled";

export type CircuitBreakerEvent =
  | {
      readonly type: "stateChange";
      readonly key: string | undefined;
      readonly from: CircuitState;
      readonly to: CircuitState;
      /** Milliseconds until a call may be let through. */
      readonly retryAfter: number;
    }
  | {
      readonly type: "reject";
      readonly key: string | undefined;
      readonly state: CircuitState;
      readonly retryAfter: number;
    }
  | {
      readonly type: "record";
      readonly key: string | undefined;
      readonly verdict: Verdict;
      /** Milliseconds from admission to outcome. */
      readonly latency: number;
      /** The circuit has changed its state since it admitted the call, or is disabled: the outcome changed nothing. */
      readonly stale: boolean;
    };

/** Options read once, checked, with every default filled in. */
export type CircuitSettings = Required<Omit<CircuitBreakerOptions, "on" | "openDuration">> & {
  readonly openDuration: Backoff;
  readonly emit: Listener<CircuitBreakerEvent> | undefined;
  /** A call that takes longer is slow; `Infinity` when none is. */
  readonly slowAfter: number;
  /** Whether anybody wants to know how long calls take. */
  readonly isTimed: boolean;
};

/** Throws a `RangeError` for a value out of range, and a `TypeError` for a window written by hand. */
export function circuitSettings<T>(options: CircuitBreakerOptions<T>): CircuitSettings {
  const { openDuration = defaults.openDuration, halfOpenProbes = defaults.halfOpenProbes } = options;
  const isFixed = typeof openDuration !== "function";
  const { window = consecutive(defaults.failureThreshold), probeLease = isFixed ? openDuration : 60_000 } = options;
  const { clock = systemClock, random = systemRandom, on, records = on !== undefined } = options;
  if (isFixed) requireNumber("circuitBreaker", "openDuration", openDuration, { min: 0, above: true });
  requireNumber("circuitBreaker", "probeLease", probeLease, { min: 0, above: true });
  requireNumber("circuitBreaker", "halfOpenProbes", halfOpenProbes, { min: 1, integer: true });
  if (typeof window.createTally !== "function") {
    throw new TypeError(
      "Cannot create circuitBreaker: window must come from consecutive(), countWindow() or timeWindow()",
    );
  }
  const slowAfter = (window.kind === "time" && window.slowCall?.duration) || Infinity;
  return {
    window,
    openDuration: isFixed ? () => openDuration : openDuration,
    halfOpenProbes,
    probeLease,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- T is the caller's word for what operations return
    classify: (options.classify ?? classify) as (outcome: Outcome<unknown>) => Judgement,
    clock,
    random,
    emit: guarded(on),
    records,
    slowAfter,
    isTimed: records || slowAfter !== Infinity,
  };
}
