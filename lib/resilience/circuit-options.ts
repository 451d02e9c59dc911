import { type Clock, systemClock } from "../clock.ts";
import { classify, type Verdict } from "./classify.ts";
import type { Listener } from "./listener.ts";
import type { Outcome } from "./policy.ts";
import { requireNumber } from "./require-number.ts";
import { SEED_DEFAULTS } from "./seed-defaults.ts";
import { consecutive, type Window } from "./window.ts";

/** A verdict, and for a failure also how long the callee asked to be left alone: the least time to stay open. */
export type Judgement = Verdict | { readonly verdict: "failure"; readonly retryAfter?: number | undefined };

/** Durations in milliseconds. */
export interface CircuitBreakerOptions<T = unknown> {
  /** Default `consecutive(5)`. */
  readonly window?: Window;
  /** How long an open circuit refuses calls before it lets a probe through, default 60 s. */
  readonly openDuration?: number;
  /** How many calls a half-open circuit lets through, and how many must succeed to close it, default 1. */
  readonly halfOpenProbes?: number;
  /** How long a probe may take before its place goes to another call, default `openDuration`. */
  readonly probeLease?: number;
  /** What an outcome means for the circuit, default `classify`. */
  readonly classify?: (outcome: Outcome<T>) => Judgement;
  readonly clock?: Clock;
  readonly on?: Listener<CircuitBreakerEvent>;
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
export type CircuitSettings = Required<Omit<CircuitBreakerOptions, "on">> & {
  readonly on: Listener<CircuitBreakerEvent> | undefined;
};

/** Throws a `RangeError` for a value out of range. */
export function circuitSettings<T>(options: CircuitBreakerOptions<T>): CircuitSettings {
  const defaults = SEED_DEFAULTS.circuitBreaker;
  const { window = consecutive(defaults.failureThreshold), openDuration = defaults.openDuration } = options;
  const { halfOpenProbes = defaults.halfOpenProbes, probeLease = openDuration, clock = systemClock, on } = options;
  requireNumber("circuitBreaker", "openDuration", openDuration, { min: 0, above: true });
  requireNumber("circuitBreaker", "probeLease", probeLease, { min: 0, above: true });
  requireNumber("circuitBreaker", "halfOpenProbes", halfOpenProbes, { min: 1, integer: true });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- T is the caller's word for what operations return
  const judge = (options.classify ?? classify) as (outcome: Outcome<unknown>) => Judgement;
  return { window: consecutive(window.failures), openDuration, halfOpenProbes, probeLease, classify: judge, clock, on };
}
