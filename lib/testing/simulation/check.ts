import { checkCalls } from "./check-calls.ts";
import { checkChildren } from "./check-children.ts";
import { checkCompensations } from "./check-compensations.ts";
import { checkEnd } from "./check-end.ts";
import { checkFold } from "./check-fold.ts";
import { checkLimits, checkGlobalLimit } from "./check-limits.ts";
import { checkOrder } from "./check-order.ts";
import { checkRecord, checkRequests } from "./check-record.ts";
import { checkSignals } from "./check-signals.ts";
import { walkUnits, type Attempt } from "./check-units.ts";
import type { Faults } from "./faults.ts";
import type { Complain, History } from "./history.ts";
import type { Recorder } from "./recorder.ts";

export interface CheckOptions {
  readonly maxConcurrency: number;
  readonly faults: Faults;
  readonly atMostOnce: ReadonlySet<string>;
}

/** A promise of the engine, and where it was broken. */
export interface Promised {
  readonly promise: string;
  readonly violations: readonly string[];
}

/** Everything that must hold whatever went wrong, looked up in the journal. What was noticed before comes first. */
export function check(histories: readonly History[], recorder: Recorder, options: CheckOptions): readonly Promised[] {
  const attempts: Attempt[] = [];
  const promised: Promised[] = [{ promise: "every execution goes on", violations: [...recorder.violations] }];
  const look = (promise: string, at: () => void): void => {
    const before = recorder.violations.length;
    at();
    promised.push({ promise, violations: recorder.violations.slice(before) });
  };
  const lookAtEach = (promise: string, at: (history: History, complain: Complain) => void): void =>
    look(promise, () => {
      for (const history of histories) at(history, (what) => recorder.violation(history.executionId, what));
    });
  lookAtEach("the record has no gap, and one end", (history, complain) => checkRecord(history, recorder, complain));
  lookAtEach("a step completes once, under one key", (history, complain) => {
    attempts.push(...walkUnits(history, options.atMostOnce, complain));
  });
  lookAtEach("a step waits for its dependencies", checkOrder);
  lookAtEach("limits of steps and items hold", checkLimits);
  lookAtEach("the end follows from the steps", (history, complain) => checkEnd(history, recorder, complain));
  lookAtEach("what has to be undone is undone, in order", checkCompensations);
  lookAtEach("a signal comes once", (history, complain) => checkSignals(history, recorder, complain));
  lookAtEach("the record can be read back", checkFold);
  look("a step comes to what its child came to", () => checkChildren(histories, recorder));
  look("an agent is called for kept attempts alone", () => checkCalls(attempts, recorder));
  look("the limit of the engine holds", () => checkGlobalLimit(attempts, options.maxConcurrency, recorder));
  look("what was acknowledged is there", () => checkRequests(recorder, options.faults));
  return promised;
}
