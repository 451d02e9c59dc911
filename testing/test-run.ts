import type { ErrorRecord, JournalEntry } from "../lib/engine/events.ts";
import type { ExecutionResult } from "../lib/engine/view.ts";
import type { JsonValue } from "../lib/json.ts";
import type { Workflow } from "../lib/workflow.ts";

/** One call of an agent, as the agent saw it. */
export interface AgentCall {
  readonly executionId: string;
  readonly stepId: string;
  /** 0-based, in a step with `forEach`. */
  readonly item: number | undefined;
  readonly agentId: string;
  /** 1-based. */
  readonly attempt: number;
  readonly idempotencyKey: string;
  /** Checked, with the defaults of the agent's schema; secrets as the agent is given them. */
  readonly input: unknown;
}

/** What assertions look at: the record of one execution. */
export interface Recorded {
  readonly executionId: string;
  readonly entries: readonly JournalEntry[];
}

/** A workflow that was run to its end, with all that happened. */
export interface TestRun<Output = JsonValue> extends Recorded {
  readonly workflow: Workflow;
  readonly status: ExecutionResult["status"];
  /** Of a run that completed. */
  readonly output: Output | undefined;
  /** Of a run that failed. */
  readonly error: ErrorRecord | undefined;
  /** Of a run that was cancelled. */
  readonly reason: string | undefined;
  /** Values whole: what schemas call sensitive is shown here, secrets are not. */
  readonly entries: readonly JournalEntry[];
  /** In the order they were made, those of children included. */
  readonly calls: readonly AgentCall[];
  /** From its creation to its end, in milliseconds of the harness's clock. */
  readonly elapsedMs: number;
}

/** A run that completed. */
export interface CompletedRun<Output = JsonValue> extends TestRun<Output> {
  readonly status: "completed";
  readonly output: Output;
}

export function testRun<Output>(
  result: ExecutionResult<Output>,
  record: Pick<TestRun, "workflow" | "entries" | "calls">,
): TestRun<Output> {
  const { executionId, status } = result;
  return {
    executionId,
    ...record,
    status,
    output: status === "completed" ? result.output : undefined,
    error: status === "failed" ? result.error : undefined,
    reason: status === "cancelled" ? result.reason : undefined,
    elapsedMs: record.entries.at(-1)?.elapsedMs ?? 0,
  };
}
