import type { AnyAgent } from "../lib/agents/agent.ts";
import type { AgentReference, FileWorkflow, Workflow, WorkflowReference } from "../lib/workflow.ts";
import type { WorkflowDefinition } from "./workflow-definition.ts";

type Run = NonNullable<AnyAgent["execute"]>;

/** The agents and workflows that steps were given as objects and functions, each once, and how steps name them. */
export class KeptDefinitions {
  readonly #workflowId: string;
  readonly #version: string;
  readonly #agents = new Map<string, AnyAgent>();
  readonly #workflows = new Map<string, Workflow>();

  constructor(workflowId: string, version: string) {
    this.#workflowId = workflowId;
    this.#version = version;
  }

  get agents(): readonly AnyAgent[] {
    return [...this.#agents.values()];
  }

  get workflows(): readonly Workflow[] {
    return [...this.#workflows.values()];
  }

  /** The id of an agent, which is kept unless it was only named. */
  agentId(agent: AnyAgent | string): string {
    if (typeof agent === "string") return agent;
    this.#keepAgent(agent);
    return agent.id;
  }

  /** Pinned to the workflow's version, because another version's function of the same step is other code. */
  inlineAgent(stepId: string, run: Run): AgentReference {
    const id = `@${this.#workflowId}/${stepId}`.toLowerCase();
    this.#keepAgent({ id, version: this.#version, execute: (input, context, signal) => run(input, context, signal) });
    return { id, version: this.#version };
  }

  /** How a step names a workflow, which is kept with all it brings along unless it was only named, or comes from a file. */
  reference(definition: WorkflowDefinition | FileWorkflow | string): WorkflowReference {
    if (typeof definition === "string") return { id: definition };
    if ("file" in definition) return { file: definition.file, definition: definition.definition };
    for (const agent of definition.agents) this.#keepAgent(agent);
    for (const workflow of [definition.workflow, ...definition.workflows]) this.#keepWorkflow(workflow);
    return { id: definition.workflow.metadata.id };
  }

  #keepAgent(agent: AnyAgent): void {
    const key = `${agent.id} ${agent.version}`;
    const known = this.#agents.get(key) ?? agent;
    if (known !== agent) throw new TypeError(`there is another agent "${agent.id}" of version ${agent.version}`);
    this.#agents.set(key, agent);
  }

  #keepWorkflow(workflow: Workflow): void {
    const { id } = workflow.metadata;
    const known = this.#workflows.get(id) ?? workflow;
    if (known !== workflow || id === this.#workflowId) throw new TypeError(`there is another workflow "${id}"`);
    this.#workflows.set(id, workflow);
  }
}
