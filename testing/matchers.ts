import { complaint } from "./assertions.ts";
import * as claims from "./claims.ts";
import type { Claim } from "./claims.ts";
import type { Recorded } from "./test-run.ts";

/** What can be said of a run, as `expect(run)` offers it once its runner knows {@link runMatchers}. */
export interface RunMatchers<Result = void> {
  /** With an output: that it is this one, too. */
  toHaveCompleted(output?: unknown): Result;
  /** With a code such as `"TIMEOUT"`, or a part of the message: that it failed so. */
  toHaveFailed(why?: string | RegExp): Result;
  toHaveBeenCancelled(): Result;
  /** How many attempts of the step came after a failed one. */
  toHaveRetried(stepId: string, times: number): Result;
  /** In which order these steps started. */
  toHaveRunInOrder(stepIds: readonly string[]): Result;
  /** `key` is the agent's id, unless the step's circuit breaker has a key of its own. */
  toHaveOpenedCircuit(key: string): Result;
  toHaveTimedOut(stepId: string): Result;
  toHaveSkipped(stepId: string): Result;
  /** That the step failed and its fallback took its place. */
  toHaveRecovered(stepId: string): Result;
  /** That just these steps were undone, in this order. */
  toHaveCompensated(stepIds: readonly string[]): Result;
}

/** For `expect.extend(runMatchers)` of Vitest. Under `bun test`, `import "orchestr8/testing/bun"` does it, and types them. */
export const runMatchers = {
  toHaveCompleted: matcher(claims.completed),
  toHaveFailed: matcher(claims.failed),
  toHaveBeenCancelled: matcher(claims.cancelled),
  toHaveRetried: matcher(claims.retried),
  toHaveRunInOrder: matcher(claims.ranInOrder),
  toHaveOpenedCircuit: matcher(claims.openedCircuit),
  toHaveTimedOut: matcher(claims.timedOut),
  toHaveSkipped: matcher(claims.skipped),
  toHaveRecovered: matcher(claims.recovered),
  toHaveCompensated: matcher(claims.compensated),
};

function matcher<Given extends readonly unknown[]>(claim: (run: Recorded, ...given: Given) => Claim) {
  return (run: unknown, ...given: Given) => {
    if (!isRecorded(run)) throw new TypeError("Cannot look at a run: what is expected must come from harness.run()");
    const found = claim(run, ...given);
    return { pass: found.holds, message: () => complaint(run, found, found.holds) };
  };
}

function isRecorded(run: unknown): run is Recorded {
  return typeof run === "object" && run !== null && "entries" in run && Array.isArray(run.entries);
}
