import { AssertionError } from "node:assert";
import * as claims from "./claims.ts";
import type { Claim } from "./claims.ts";
import type { CompletedRun, Recorded, TestRun } from "./test-run.ts";
import { timeline } from "./timeline.ts";

/** Fails unless the run completed; with an output, also unless it is this one. */
export function assertCompleted<Output>(run: TestRun<Output>, output?: Output): asserts run is CompletedRun<Output> {
  hold(run, claims.completed(run, output));
}

/** Fails unless the run failed; with a code such as `"TIMEOUT"`, or a part of the message, also unless it failed so. */
export function assertFailed(run: Recorded, why?: string | RegExp): void {
  hold(run, claims.failed(run, why));
}

/** Fails unless the run was cancelled. */
export function assertCancelled(run: Recorded): void {
  hold(run, claims.cancelled(run));
}

/** Fails unless so many attempts of the step came after a failed one. */
export function assertRetried(run: Recorded, stepId: string, times: number): void {
  hold(run, claims.retried(run, stepId, times));
}

/** Fails unless the steps started in this order. Others may have started between them. */
export function assertRanInOrder(run: Recorded, stepIds: readonly string[]): void {
  hold(run, claims.ranInOrder(run, stepIds));
}

/** Fails unless the circuit opened: `key` is the agent's id, unless the step's circuit breaker has a key of its own. */
export function assertOpenedCircuit(run: Recorded, key: string): void {
  hold(run, claims.openedCircuit(run, key));
}

/** Fails unless an attempt of the step was given up on for the time it took. */
export function assertTimedOut(run: Recorded, stepId: string): void {
  hold(run, claims.timedOut(run, stepId));
}

/** Fails unless the step was skipped, for its condition or as a fallback that was not needed. */
export function assertSkipped(run: Recorded, stepId: string): void {
  hold(run, claims.skipped(run, stepId));
}

/** Fails unless the step failed and its fallback took its place. */
export function assertRecovered(run: Recorded, stepId: string): void {
  hold(run, claims.recovered(run, stepId));
}

/** Fails unless just these steps were undone, in this order. */
export function assertCompensated(run: Recorded, stepIds: readonly string[]): void {
  hold(run, claims.compensated(run, stepIds));
}

/** What a failed assertion says: what was wanted, what was found, and what happened. */
export function complaint(run: Recorded, { wanted, found }: Claim, isNot = false): string {
  return `Expected execution "${run.executionId}" ${isNot ? "not " : ""}${wanted}, and ${found}\n\n${timeline(run.entries)}`;
}

function hold(run: Recorded, claim: Claim): void {
  if (!claim.holds) throw new AssertionError({ message: complaint(run, claim) });
}
