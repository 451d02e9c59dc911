import { createHash } from "node:crypto";
import type { JsonValue } from "../json.ts";
import { canonicalJson } from "../workflow-hash.ts";
import type { PlannedStep } from "./plan.ts";
import type { PreparedCall, PreparedWorkflow } from "./prepare.ts";
import { resolveCall, type ResolvedCall } from "./resolve-step.ts";
import { executionScope, type LocalScope } from "./scope.ts";
import type { ExecutionState } from "./state.ts";
import { itemOf, stepOf, isCompensation } from "./unit-address.ts";
import { Items } from "./items.ts";

/** An output that a step need not be run for again. */
export interface Reusable {
  readonly output: JsonValue;
  readonly executionId: string;
}

/**
 * The outputs of earlier executions by what they follow from: the agent with its version and config, the input, the
 * condition to repeat, and what the step says its output must fit. The same call gives the same key, whatever the step is called and whoever waits for it.
 */
export class ReuseIndex {
  readonly #outputs = new Map<string, Reusable>();

  /** Adds what an execution completed. What was added before is kept. */
  add(prepared: PreparedWorkflow, state: ExecutionState): void {
    const items = new Items(state);
    for (const [unit, current] of state.units.entries()) {
      const call = prepared.steps[stepOf(state, unit)]?.call;
      if (current.status !== "completed" || call === undefined || !isReusable(call, state, unit)) continue;
      const version = state.agents[call.agent.id];
      if (version === undefined) continue;
      const key = keyOf(
        call,
        resolveCall(call, executionScope(state, localOf(call.planned, state, unit, items))),
        version,
      );
      const executionId = current.reusedFrom ?? state.executionId;
      if (!this.#outputs.has(key)) this.#outputs.set(key, { output: current.output, executionId });
    }
  }

  find(call: PreparedCall, resolved: ResolvedCall): Reusable | undefined {
    if (call.isChild) return undefined;
    return this.#outputs.get(keyOf(call, resolved, call.agent.version));
  }
}

/** Agents' own outputs: not those of children, of waits, or of all items together. */
function isReusable(call: PreparedCall, state: ExecutionState, unit: number): boolean {
  const isWhole = itemOf(state, unit) === undefined && state.firstItems?.has(unit);
  return !call.isChild && !isWhole && !isCompensation(state, unit);
}

function localOf(planned: PlannedStep, state: ExecutionState, unit: number, items: Items): LocalScope | undefined {
  const item = itemOf(state, unit);
  return item === undefined ? undefined : items.scopeOf(planned, item);
}

function keyOf({ agent, planned }: PreparedCall, { input, config }: ResolvedCall, version: string): string {
  const { repeat, output } = planned.step.kind === "wait" ? {} : planned.step;
  const content = canonicalJson({ agent: agent.id, version, input, config, repeat, output: output?.schema });
  return createHash("sha256").update(content).digest("base64");
}
