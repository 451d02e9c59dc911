import type { ErrorKind } from "./resilience/classify.ts";
import type { JsonSchema, JsonValue } from "./json.ts";

/**
 * A workflow as plain readonly data: what `.o8.json` files and `defineWorkflow()` modules both compile to, and the only
 * thing the engine runs. Every duration is in milliseconds. Absent fields mean the engine's defaults.
 */
export interface Workflow {
  readonly kind: "workflow";
  readonly version: string;
  readonly metadata: WorkflowMetadata;
  readonly input?: JsonSchema;
  readonly variables: Readonly<Record<string, JsonValue>>;
  /** Names of the environment variables that its expressions read, sorted. Absent where there are none. */
  readonly environment?: readonly string[];
  /** Names of the secrets that its agents may be given, sorted. Absent where there are none. */
  readonly secrets?: readonly string[];
  readonly steps: readonly Step[];
  readonly output?: Template;
  readonly policies: WorkflowPolicies;
}

export interface WorkflowMetadata {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly tags?: readonly string[];
}

/** One unit of work; `kind` tells the members apart. */
export type Step = AgentStep | WorkflowStep | WaitStep;

interface StepBase {
  readonly id: string;
  readonly name?: string;
  readonly description?: string;
  /** Every step this one waits for, declared or referenced, in the order of the workflow's steps. */
  readonly dependencies: readonly string[];
  readonly condition?: Expression;
  readonly onError: OnError;
  /** Set exactly when `onError` is `"fallback"`. */
  readonly fallbackStepId?: string;
  readonly policies: StepPolicies;
}

/** What steps that call something have in common. */
interface CallBase extends StepBase {
  readonly input: Template;
  readonly forEach?: ForEach;
  readonly repeat?: Repeat;
  readonly output?: StepOutput;
  readonly compensate?: Compensation;
}

/** Calls an agent. */
export interface AgentStep extends CallBase {
  readonly kind: "agent";
  readonly agent: AgentReference;
}

/** Runs another workflow as a child execution; its result is the step's output. */
export interface WorkflowStep extends CallBase {
  readonly kind: "workflow";
  readonly workflow: WorkflowReference;
}

export type WorkflowReference =
  /** One that the engine was given, whatever it holds when the step runs. */
  { readonly id: string } | FileWorkflow;

/** One that was read from a file, as it was when its parent was loaded: it is part of its parent, and so of its hash. */
export interface FileWorkflow {
  /** Relative to the file of the parent, such as `"./child.o8.json"`. */
  readonly file: string;
  readonly definition: Workflow;
}

/** Waits, durably: for a time, until a time, or for a signal, whose payload is the step's output. */
export interface WaitStep extends StepBase {
  readonly kind: "wait";
  readonly wait: Wait;
}

export type Wait =
  | { readonly kind: "duration"; readonly ms: number }
  /** The template gives an ISO 8601 time with an offset. */
  | { readonly kind: "until"; readonly time: Template }
  /** Without `timeoutMs` it waits for as long as it takes. */
  | { readonly kind: "signal"; readonly name: string; readonly timeoutMs?: number };

/** Runs the step once for each item; the step's output is the array of outputs, in item order. */
export interface ForEach {
  /** Gives an array. In the step's other templates `item` and `index` stand for one of its items. */
  readonly items: Expression;
  /** Items of this step at once. Default: as many as the execution's limit lets run. */
  readonly maxConcurrency?: number;
}

/** Runs the step again until its output is right; the last output is the step's. */
export interface Repeat {
  /** Looked at after each run, with `output` standing for what it gave. */
  readonly until: Expression;
  /** Runs in total. After the last one the step completes, whatever `until` says. */
  readonly maxIterations: number;
  /** Between two runs, default 0. */
  readonly delayMs?: number;
}

/** What a step says of its output; with `forEach` and `repeat`, of the output of each run. */
export interface StepOutput {
  /** What the output must fit, on top of what the agent's own schema says. */
  readonly schema?: JsonSchema;
  /**
   * Values that are hidden from what is shown, each as the keys that lead to it. An array on the way stands for all of its
   * items. In a fixed order.
   */
  readonly redact?: readonly (readonly string[])[];
}

/** Undoes a completed step when its execution fails or is cancelled. */
export interface Compensation {
  readonly agent: AgentReference;
  readonly input: Template;
}

export interface AgentReference {
  readonly id: string;
  /** A semver range. Absent means any version. */
  readonly version?: string;
  readonly config?: Template;
}

/** What an exhausted failure does: fail the execution, go on without an output, run another step, or retry every failure. */
export type OnError = "fail" | "continue" | "fallback" | "retry";

export interface WorkflowPolicies extends Omit<StepPolicies, "idempotencyKey"> {
  /** Limit for the whole execution, default 5 min. */
  readonly globalTimeoutMs?: number;
  /** Steps of this execution at once, default 10. */
  readonly maxConcurrentSteps?: number;
  /** What an unhandled failure does to running steps, default `"abort"`. */
  readonly onFailure?: "abort" | "drain";
  /** Time running steps get to stop after a cancellation, default 5 s. */
  readonly gracePeriodMs?: number;
  /** What the execution and its children may use up in all, default without bound. */
  readonly budget?: Budget;
}

/** Bounds over a run tree. Reaching one stops the run with `BUDGET_EXCEEDED`. */
export interface Budget {
  /** Time in which the execution runs, waits and stops of its process not counted. */
  readonly wallClockMs?: number;
  /** As agents report them through `usage()`. */
  readonly tokens?: number;
  readonly usd?: number;
  /** Attempts of agents. */
  readonly calls?: number;
}

export interface StepPolicies {
  /** Limit for one attempt, default 30 s. */
  readonly timeoutMs?: number;
  readonly retry?: RetryPolicy;
  readonly circuitBreaker?: CircuitBreakerPolicy;
  readonly bulkhead?: BulkheadPolicy;
  readonly rateLimit?: RateLimitPolicy;
  /** What the agent is told in place of `<execution>:<step>`, the same for all attempts of a call. */
  readonly idempotencyKey?: Template;
}

export interface RetryPolicy {
  /** Calls in total, default 3. */
  readonly maxAttempts?: number;
  /** Nominal delay before the second attempt, default 1 s. */
  readonly baseDelayMs?: number;
  /** Bound of a delay, jitter included, default 30 s. */
  readonly maxDelayMs?: number;
  readonly jitter?: JitterPolicy;
  /** Bound of all attempts and delays together, default 90 s. */
  readonly maxElapsedMs?: number;
  /** Error kinds that are retried, in place of the default classification. */
  readonly retryOn?: readonly RetryKind[];
}

/** The kinds of error, as `errorKind` tells them, that a policy may have retried. */
export const retryKinds = [
  "timeout",
  "network",
  "http5xx",
  "http429",
  "http4xx",
  "retryable",
  "rejected",
  "circuitOpen",
  "bug",
  "unknown",
] as const satisfies readonly ErrorKind[];
export type RetryKind = (typeof retryKinds)[number];

export type JitterPolicy = "none" | "full" | "equal" | "decorrelated" | { readonly randomizationFactor: number };

export interface CircuitBreakerPolicy {
  /** Consecutive failures that open the circuit, default 5. */
  readonly failureThreshold?: number;
  /** Time an open circuit rejects calls, default 60 s. */
  readonly resetTimeoutMs?: number;
  /** Calls let through to test a half-open circuit, default 1. */
  readonly halfOpenProbes?: number;
  /** Splits the agent's circuit by what it calls, such as a URL host. */
  readonly target?: Template;
}

/** Attempts of one agent at once, over all executions of an engine. */
export interface BulkheadPolicy {
  /** Default 10. */
  readonly maxConcurrent?: number;
  /** Attempts that may wait for a place, within their timeout, default 0. */
  readonly maxQueue?: number;
}

/** Attempts of one circuit (an agent, or its target) in a time, over all executions of an engine. */
export interface RateLimitPolicy {
  readonly limit: number;
  readonly perMs: number;
}

/** JSON with expressions anywhere inside. A part without expressions is one `literal`. */
export type Template =
  | { readonly kind: "literal"; readonly value: JsonValue }
  | { readonly kind: "expression"; readonly expression: Expression }
  | { readonly kind: "text"; readonly parts: readonly (string | Expression)[] }
  | { readonly kind: "array"; readonly items: readonly Template[] }
  | { readonly kind: "object"; readonly entries: Readonly<Record<string, Template>> };

export type Expression =
  | { readonly kind: "value"; readonly value: JsonValue }
  | Reference
  | { readonly kind: "default"; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: "comparison";
      readonly operator: ComparisonOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "not"; readonly operand: Expression }
  | { readonly kind: "and"; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "or"; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "call"; readonly name: FunctionName; readonly arguments: readonly Expression[] };

export interface Reference {
  readonly kind: "reference";
  readonly root: ReferenceRoot;
  /** Object keys and array indexes after the root, such as `["fetch", "output", "items", 0]` for `steps`. */
  readonly path: readonly (string | number)[];
}

export const referenceRoots = [
  "input",
  "variables",
  "env",
  "secrets",
  "steps",
  "execution",
  "workflow",
  "item",
  "index",
  "output",
] as const;
export type ReferenceRoot = (typeof referenceRoots)[number];

export const comparisonOperators = ["==", "!=", "<", "<=", ">", ">=", "in"] as const;
export type ComparisonOperator = (typeof comparisonOperators)[number];

/** The language's functions and how many arguments each takes. */
export const functionArity = {
  length: [1, 1],
  exists: [1, 1],
  startsWith: [2, 2],
  endsWith: [2, 2],
  join: [1, 2],
  json: [1, 1],
} as const satisfies Record<string, readonly [minimum: number, maximum: number]>;
export type FunctionName = keyof typeof functionArity;
