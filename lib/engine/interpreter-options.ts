import type { ExecutionTrace } from "../telemetry.ts";
import type { BudgetMeter } from "./budget-meter.ts";
import type { Host } from "./host.ts";
import type { PreparedWorkflow } from "./prepare.ts";
import type { ReuseIndex } from "./reuse-index.ts";
import type { RunCore } from "./run-core.ts";
import type { MutableExecutionState } from "./state.ts";

export interface InterpreterOptions {
  readonly prepared: PreparedWorkflow;
  readonly host: Host<RunCore>;
  readonly executionId: string;
  readonly trace?: ExecutionTrace | undefined;
  /** The run that this one is a child of. */
  readonly parent?: { readonly meter: BudgetMeter } | undefined;
  /** The fold of what was recorded before, for an execution that goes on. */
  readonly restored?: MutableExecutionState;
  readonly reuse?: Pick<ReuseIndex, "find"> | undefined;
}
