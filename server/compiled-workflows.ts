import type { AgentRegistry } from "../lib/agents/registry.ts";
import type { Workflow } from "../lib/workflow.ts";

/** Workflows that are kept, those that were asked for last. */
const maxWorkflows = 256;
/** UTF-16 units of one document that is worth keeping. */
const maxLength = 65_536;

/**
 * Workflows by the text of their documents. Callers mostly post the same few, and to check and plan one costs many times
 * more than to run it. Forgets everything when an agent is registered, which may change what a document means.
 */
export class CompiledWorkflows {
  readonly #agents: AgentRegistry;
  readonly #byText = new Map<string, Workflow>();
  #agentCount = 0;
  /** The text that was asked for last. */
  #last: string | undefined;

  constructor(agents: AgentRegistry) {
    this.#agents = agents;
  }

  /** The workflow of a document; `compile` makes it, or throws, when it is not known. */
  get(text: string, compile: () => Workflow): Workflow {
    this.#forgetIfStale();
    const known = this.#byText.get(text);
    if (known !== undefined && text === this.#last) return known;
    const workflow = known ?? compile();
    if (text.length > maxLength) return workflow;
    this.#last = text;
    // A Map keeps its order: what is asked for moves to the end, and the first is what nobody asked for longest.
    this.#byText.delete(text);
    this.#byText.set(text, workflow);
    const [oldest] = this.#byText.keys();
    if (this.#byText.size > maxWorkflows && oldest !== undefined) this.#byText.delete(oldest);
    return workflow;
  }

  /** Agents are only ever added, so there is nothing new as long as there are no more. */
  #forgetIfStale(): void {
    let count = 0;
    for (const _ of this.#agents) count++;
    if (count === this.#agentCount) return;
    this.#agentCount = count;
    this.#byText.clear();
  }
}
