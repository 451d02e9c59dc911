import type { CancelSource } from "../resilience/cancellation.ts";
import type { BudgetMeter } from "./budget-meter.ts";
import type { ExecutionEvent } from "./events.ts";
import type { Host, Run } from "./host.ts";
import type { PreparedWorkflow } from "./prepare.ts";
import type { ReuseIndex } from "./reuse-index.ts";
import type { ExecutionState } from "./state.ts";

/** One execution, as the parts of its interpreter see it. */
export interface RunCore extends Run {
  readonly prepared: PreparedWorkflow;
  readonly state: ExecutionState;
  readonly host: Host<RunCore>;
  readonly meter: BudgetMeter;
  /** What earlier executions did and this one need not. */
  readonly reuse: Pick<ReuseIndex, "find"> | undefined;
  /** Milliseconds since the execution was created. */
  readonly nowMs: number;
  /** When the current turn began or its batch was kept, on the same scale: when all that it records and starts happens. */
  readonly turnMs: number;
  /** The origin of `nowMs` on the host's monotonic clock. */
  readonly origin: number;
  /** Whether nothing more is recorded. */
  readonly isOver: boolean;
  /** Tells when the attempts of steps have to stop. */
  readonly cancelSteps: CancelSource;
  /** Tells when this process has nothing more to do with the execution, its compensations included. */
  readonly cancelAll: CancelSource;
  /** Does something, then all that follows from it, and commits it as one batch. */
  turn(work: () => void): void;
  record(event: ExecutionEvent): void;
  /** A bound of the whole execution is reached. One that stops already is told not to take its time. */
  fail(error: Error): void;
}
