import { createHash } from "node:crypto";
import type { AgentContext, AnyAgent } from "../agents/agent.ts";
import { type Clock, sleep } from "../clock.ts";
import {
  AgentNotFoundError,
  CancelledError,
  EngineClosedError,
  JournalUnavailableError,
  TimeoutError,
} from "../errors.ts";
import type { JsonValue } from "../json.ts";
import type { Workflow, WorkflowReference } from "../workflow.ts";
import { ChildResult } from "./child-result.ts";
import { errorOf } from "./error-record.ts";
import type { Execution } from "./execution.ts";
import type { ChildWorkflows } from "./prepare.ts";
import { idempotencyKey } from "./idempotency-key.ts";
import type { ExecutionState, RunUsage } from "./state.ts";
import type { ExecutionResult } from "./view.ts";
import { unitOf } from "./unit-address.ts";

/** What is run for a step as a child of its execution. */
export interface ChildRequest {
  readonly executionId: string;
  readonly workflow: Workflow;
  readonly input: JsonValue;
  readonly correlationId: string;
  readonly parent: { readonly executionId: string; readonly stepId: string; readonly item?: number };
}

/** A child, started now or by an earlier process. */
export type Child = Pick<Execution, "result" | "cancel"> & { readonly usage: RunUsage };

/** How long a child rests that the journal did not give. */
const againMs = 1_000;

/** Makes steps that run workflows look like steps that call agents: of the same retries, time limits and cancellation. */
export class LocalChildren implements ChildWorkflows {
  readonly #workflows = new Map<string, Workflow>();
  readonly #join: (request: ChildRequest) => Promise<Child>;
  readonly #clock: Clock;

  constructor(workflows: readonly Workflow[], join: (request: ChildRequest) => Promise<Child>, clock: Clock) {
    this.#join = join;
    this.#clock = clock;
    for (const workflow of workflows) this.#add(workflow);
  }

  agentFor(reference: WorkflowReference): AnyAgent {
    const workflow = "definition" in reference ? reference.definition : this.#registered(reference.id);
    return {
      id: `@workflow/${workflow.metadata.id}`,
      version: workflow.version,
      // Checked, filled with its defaults and hidden as the input of any agent.
      input: workflow.input,
      execute: (input: JsonValue, context, signal) => this.#run(workflow, input, context, signal),
    };
  }

  #registered(workflowId: string): Workflow {
    const workflow = this.#workflows.get(workflowId);
    if (workflow !== undefined) return workflow;
    const known = [...this.#workflows.keys()].map((id) => `"${id}"`).join(", ") || "none";
    throw new AgentNotFoundError(`Cannot find workflow "${workflowId}": registered are ${known}`);
  }

  #add(workflow: Workflow): void {
    const { id } = workflow.metadata;
    if (this.#workflows.has(id)) throw new TypeError(`Cannot register workflow "${id}": it is already registered`);
    this.#workflows.set(id, workflow);
  }

  async #run(workflow: Workflow, input: JsonValue, context: AgentContext, signal: AbortSignal): Promise<ChildResult> {
    const { executionId, stepId, item, correlationId, attempt } = context;
    const parent = { executionId, stepId, ...(item !== undefined && { item }) };
    const id = childId(`${context.idempotencyKey}/${attempt}`);
    const request = { executionId: id, workflow, input, correlationId, parent };
    const { result, usage } = await this.#outcomeOf(request, signal);
    if (result.status === "completed") return new ChildResult(result.output, { ...usage });
    if (result.status === "failed") throw errorOf(result.error);
    throw new CancelledError(`Cannot complete workflow "${workflow.metadata.id}": ${result.reason}`);
  }

  /** How the child ends, wherever that is. Trouble with its record is no failure of it: it is looked for again. */
  async #outcomeOf(request: ChildRequest, signal: AbortSignal) {
    for (;;) {
      const child = await this.#tryToJoin(request, signal);
      const result = child && (await resultOf(child, signal));
      if (result !== undefined) return { result, usage: child?.usage };
      await sleep(this.#clock, againMs, signal);
    }
  }

  async #tryToJoin(request: ChildRequest, signal: AbortSignal): Promise<Child | undefined> {
    try {
      return await this.#join(request);
    } catch (error) {
      if (error instanceof JournalUnavailableError && !signal.aborted) return undefined;
      throw error;
    }
  }
}

/**
 * Undefined when the child is lost here, and may go on elsewhere. Stops it when its step is to stop, but not when the step
 * is lost here.
 */
async function resultOf(child: Child, signal: AbortSignal): Promise<ExecutionResult | undefined> {
  const onAbort = (): void => {
    const { reason } = signal as { readonly reason: unknown };
    if (reason instanceof CancelledError || reason instanceof TimeoutError) {
      child.cancel("the step that runs it was stopped");
    }
  };
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await child.result;
  } catch (error) {
    if (signal.aborted || error instanceof EngineClosedError) throw error;
    return undefined;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** The child that a running step of a parent is about, if it is one that runs a child. */
export function awaitedChild(
  state: ExecutionState,
  { stepId, item }: { readonly stepId: string; readonly item?: number },
): string | undefined {
  const address = { stepId, ...(item !== undefined && { item }) };
  const unit = state.units[unitOf(state, address) ?? -1];
  if (unit?.status !== "running") return undefined;
  return childId(`${idempotencyKey(state.executionId, { address, iteration: unit.iteration })}/${unit.attempt}`);
}

/** The id of a child follows from the call that it answers, so that a restart finds it again. */
export function childId(call: string): string {
  const hex = createHash("sha256").update(call).digest("hex");
  // A UUID of version 8: custom, by RFC 9562 section 5.8.
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}
