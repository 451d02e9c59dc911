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

/** Everything that must hold whatever went wrong, looked up in the journal. */
export function check(histories: readonly History[], recorder: Recorder, options: CheckOptions): void {
  const attempts: Attempt[] = [];
  for (const history of histories) {
    const complain: Complain = (what) => recorder.violation(history.executionId, what);
    checkRecord(history, recorder, complain);
    attempts.push(...walkUnits(history, options.atMostOnce, complain));
    checkOrder(history, complain);
    checkLimits(history, complain);
    checkEnd(history, recorder, complain);
    checkCompensations(history, complain);
    checkSignals(history, recorder, complain);
    checkFold(history, complain);
  }
  checkChildren(histories, recorder);
  checkCalls(attempts, recorder);
  checkGlobalLimit(attempts, options.maxConcurrency, recorder);
  checkRequests(recorder, options.faults);
}
