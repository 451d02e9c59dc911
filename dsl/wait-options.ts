import type { DurationInput } from "./policies.ts";
import type { CommonStepOptions, Recovered, Settled, StepHandle } from "./step-options.ts";
import type { ExpressionValue, RunValue } from "./typed-value.ts";

/** A step that waits for a time to pass, or for a moment to come. */
export type TimeWaitOptions<C, E, F> = CommonStepOptions<C, E, F> &
  (
    | { readonly for: DurationInput }
    /** An ISO 8601 time with an offset, such as `"2026-03-01T09:00:00+01:00"`. */
    | { readonly until: string | RunValue<string> }
  );

/** A step that waits for a signal, whose payload is its output. */
export interface SignalWaitOptions<C, E, F> extends CommonStepOptions<C, E, F> {
  readonly signal: string;
  /** The step fails when no signal has come by then. Without it the step waits for as long as it takes. */
  readonly timeout?: DurationInput;
}

type Condition = ExpressionValue<boolean> | undefined;
type OnErrorChoice = "fail" | "continue" | "retry" | "fallback";

/**
 * Adds a step that waits, durably: the process may end meanwhile.
 *
 * A signal's payload is what a caller sends: `wait<Approval>("approval", { signal: "approve" })` says what it must be, and
 * nothing checks that it is. A fallback of such a step gives the same type.
 */
export interface DefineWait {
  <Payload>(
    id: string,
    options: SignalWaitOptions<undefined, Exclude<OnErrorChoice, "continue">, Payload>,
  ): StepHandle<Payload>;
  <Payload>(id: string, options: SignalWaitOptions<Condition, OnErrorChoice, Payload>): StepHandle<Payload | undefined>;
  <C extends Condition = undefined, E extends OnErrorChoice = "fail", F = never>(
    id: string,
    options: TimeWaitOptions<C, E, F>,
  ): StepHandle<Settled<Recovered<null, F>, C, E>>;
}
