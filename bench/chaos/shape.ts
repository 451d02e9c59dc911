import type { JsonValue, Workflow } from "orchestr8";

/** A kind of workflow that has to survive being killed anywhere. */
export interface Shape {
  readonly workflow: Workflow;
  readonly children: readonly Workflow[];
  /** What somebody outside asks of its execution: each of it once, in order. */
  readonly requests: readonly Request[];
  /** How it ends, however often it is killed. */
  readonly ending: Ending;
  /** No agent is called twice; where nobody knows what came of a call, the execution fails and says so instead. */
  readonly isAtMostOnce?: true;
}

export type Request =
  | { readonly kind: "signal"; readonly id: string; readonly name: string; readonly payload: JsonValue }
  /** Made while `@chaos/endless` runs. */
  | { readonly kind: "cancel"; readonly id: string; readonly reason: string };

export interface Ending {
  readonly status: "completed" | "failed" | "cancelled";
  readonly output?: JsonValue;
  readonly reason?: string;
  /** Of the error that it failed with. */
  readonly code?: string;
}

export type Step = Workflow["steps"][number];
type AgentStep = Extract<Step, { kind: "agent" }>;
type WaitStep = Extract<Step, { kind: "wait" }>;
type ChildStep = Extract<Step, { kind: "workflow" }>;
export type Template = AgentStep["input"];

const common = { dependencies: [], onError: "fail", policies: {} } as const;

export function workflow(id: string, steps: readonly Step[], policies: Workflow["policies"] = {}): Workflow {
  return { kind: "workflow", version: "1.0.0", metadata: { id, name: id }, variables: {}, steps, policies };
}

/** A step that calls `@chaos/echo` unless it says otherwise. */
export function call(
  id: string,
  input: Template,
  { agent = "@chaos/echo", ...rest }: Partial<Omit<AgentStep, "agent">> & { readonly agent?: string } = {},
): AgentStep {
  return { kind: "agent", id, agent: { id: agent }, input, ...common, ...rest };
}

export function pause(id: string, wait: WaitStep["wait"], rest: Partial<WaitStep> = {}): WaitStep {
  return { kind: "wait", id, wait, ...common, ...rest };
}

export function child(id: string, workflowId: string, input: Template, rest: Partial<ChildStep> = {}): ChildStep {
  return { kind: "workflow", id, workflow: { id: workflowId }, input, ...common, ...rest };
}

export function literal(value: JsonValue): Template {
  return { kind: "literal", value };
}

/** The outputs of steps, as one array. */
export function outputsOf(...ids: readonly string[]): Template {
  return { kind: "array", items: ids.map((id) => read("steps", id, "output")) };
}

export function read(root: "item" | "input" | "steps", ...path: readonly string[]): Template {
  return { kind: "expression", expression: { kind: "reference", root, path } };
}
