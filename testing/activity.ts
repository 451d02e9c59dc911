import type { AnyAgent } from "../lib/agents/agent.ts";
import { standInFor } from "../lib/testing/stand-in.ts";
import type { AgentCall } from "./test-run.ts";

/** What agents were called for, and which calls go on. */
export class Activity {
  readonly calls: AgentCall[] = [];
  readonly working: Set<object>;
  readonly #watched = new WeakMap<AnyAgent, AnyAgent>();

  /** `working` may be shared with others who work. */
  constructor(working = new Set<object>()) {
    this.working = working;
  }

  /** The agent, with its calls noted. The same one for the same agent. */
  watch(agent: AnyAgent): AnyAgent {
    const known = this.#watched.get(agent);
    if (known !== undefined) return known;
    const watched = standInFor(agent, (input, context, signal) => {
      const { executionId, stepId, item, attempt, idempotencyKey } = context;
      this.calls.push({ executionId, stepId, item, agentId: agent.id, attempt, idempotencyKey, input });
      return this.during(signal, () => agent.execute(input, context, signal));
    });
    this.#watched.set(agent, watched);
    return watched;
  }

  /** Does some work, which counts as going on until it settles or is given up on. */
  during<T>(signal: AbortSignal, work: () => T): T {
    const piece = {};
    const end = (): void => {
      this.working.delete(piece);
      signal.removeEventListener("abort", end);
    };
    const result = work();
    if (!(result instanceof Promise) || signal.aborted) return result;
    this.working.add(piece);
    signal.addEventListener("abort", end, { once: true });
    result.then(end, end);
    return result;
  }
}
