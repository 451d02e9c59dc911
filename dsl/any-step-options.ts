import type { AgentContext, AnyAgent, Schema } from "../lib/agents/agent.ts";
import type { FileWorkflow, OnError } from "../lib/workflow.ts";
import type { DurationInput, StepPoliciesInput } from "./policies.ts";
import type { StepHandle } from "./step-options.ts";
import type { WorkflowDefinition } from "./workflow-definition.ts";

/** What every kind of step takes once its types have done their work. */
export interface AnyCommonOptions {
  readonly name?: string;
  readonly description?: string;
  readonly dependsOn?: readonly (StepHandle<unknown> | string)[];
  readonly condition?: unknown;
  readonly onError?: OnError;
  readonly fallback?: StepHandle<unknown> | string;
}

/** What `step()` takes. Its functions get references; what they give is data like the rest. */
export interface AnyStepOptions extends AnyCommonOptions {
  readonly agent?: AnyAgent | string;
  readonly version?: string;
  readonly config?: unknown;
  readonly workflow?: WorkflowDefinition | FileWorkflow | string;
  readonly run?: (input: never, context: AgentContext, signal: AbortSignal) => unknown;
  readonly input?: unknown;
  readonly policies?: StepPoliciesInput;
  readonly forEach?: { readonly items: unknown; readonly maxConcurrency?: number };
  readonly repeat?: { readonly until: unknown; readonly maxIterations: number; readonly delay?: DurationInput };
  readonly output?: { readonly schema?: Schema; readonly redact?: readonly string[] };
  readonly compensate?: AnyAgentUse & { readonly input: unknown };
}

/** An agent that is called, and which one. */
export interface AnyAgentUse {
  readonly agent: AnyAgent | string;
  readonly version?: string;
  readonly config?: unknown;
}

/** What `wait()` takes. */
export interface AnyWaitOptions extends AnyCommonOptions {
  readonly for?: DurationInput;
  readonly until?: unknown;
  readonly signal?: string;
  readonly timeout?: DurationInput;
}
