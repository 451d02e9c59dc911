import { CancelledError } from "../errors.ts";
import { Abortable } from "../resilience/abortable.ts";
import type { RunCore } from "./run-core.ts";
import type { ExecutionState } from "./state.ts";
import { addressOf } from "./unit-address.ts";
import { cancelUnit } from "./unit-end.ts";
import type { Units } from "./units.ts";

/** How running attempts are told to stop, and given up on when they do not. */
export class Stop implements Disposable {
  readonly #run: RunCore;
  readonly #units: Units;
  readonly steps = new Abortable();
  #all: Abortable | undefined;
  #grace: Disposable | undefined;

  constructor(run: RunCore, units: Units) {
    this.#run = run;
    this.#units = units;
  }

  /** What compensations hear of. Most executions have none. */
  get all(): Abortable {
    return (this.#all ??= new Abortable());
  }

  /** Asks running steps to stop, and gives up on those that have not after the grace period. Once. */
  abort(reason: string): void {
    if (this.steps.isCancelled) return;
    const { host, prepared, executionId } = this.#run;
    const { gracePeriodMs } = prepared.plan.policies;
    if (this.#units.isAnyRunning) this.#grace = host.clock.timer(gracePeriodMs, () => this.#giveUp());
    this.steps.abort(new CancelledError(`Cannot go on with execution "${executionId}": ${reason}`));
  }

  /** This process has lost the execution: nothing of it may go on here. */
  loseAll(error: unknown): void {
    if (!this.steps.isCancelled) this.steps.abort(error);
    this.all.abort(error);
  }

  [Symbol.dispose](): void {
    this.#grace?.[Symbol.dispose]();
  }

  #giveUp(): void {
    const run = this.#run;
    run.turn(() => {
      for (const unit of this.#units.abandonSteps()) {
        const event = cancelUnit(addressOf(run.state, unit), true);
        if (event !== undefined) run.record(event);
      }
    });
  }
}

/** Why running steps were told to stop, if they were: those of a run that drains were not. */
export function whyAborted({ stopping, unhandled, plan }: ExecutionState): string | undefined {
  if (stopping?.kind === "cancelling") return stopping.reason;
  const isDraining = plan.policies.onFailure === "drain" && unhandled !== undefined;
  return stopping === undefined || isDraining ? undefined : stopping.error.message;
}
