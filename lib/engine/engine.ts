import type { AnyAgent } from "../agents/agent.ts";
import type { AgentRegistry } from "../agents/registry.ts";
import type { Clock } from "../clock.ts";
import type { NewId } from "../new-id.ts";
import type { JsonValue } from "../json.ts";
import type { Journal } from "../journal/journal.ts";
import type { LogSink } from "../log.ts";
import type { RemoteTrace } from "../telemetry.ts";
import type { Workflow } from "../workflow.ts";
import type { Environment } from "./environment.ts";
import type { EventBus } from "./event-bus.ts";
import type { Execution } from "./execution.ts";
import type { Secrets } from "./secret-mask.ts";
import type { SecretProvider } from "./secret-store.ts";
import type { ResultOutput, TypedWorkflow } from "./typed-workflow.ts";
import type { ExecutionView } from "./view.ts";

export interface EngineOptions {
  /** Agents that steps may name, in addition to the built-in ones. */
  readonly agents?: AgentRegistry | readonly AnyAgent[];
  /** Workflows that steps may run as children, by their `metadata.id`. */
  readonly workflows?: readonly Workflow[];
  /**
   * Values by name, or a function that gives the value of a name. Workflows that declare a secret hand it to an agent as
   * `${secrets.name}`; agents read `context.secrets`: all that are given by name, and those that their workflow declares.
   * A function is asked when an execution starts, and again when another process goes on with it.
   *
   * Secrets are kept out of all that is recorded, logged, traced or shown: where data or an error holds one,
   * `[secret:name]` takes its place, in the data itself, so that secrets do not travel from step to step. At least 6
   * characters each.
   */
  readonly secrets?: Secrets | SecretProvider;
  /**
   * Environment variables that workflows may read as `${env.NAME}`: names to take from this process now, or values by name.
   * Default none. A workflow gets those that it declares, as they are when it starts, and they are recorded with it: what is
   * not to be seen belongs into `secrets`.
   */
  readonly environment?: Environment | readonly string[];
  /** Steps at once over all executions, default 10. */
  readonly maxConcurrency?: number;
  /** The `origin` of executions that are started without one. Default none. */
  readonly origin?: string;
  /** Unfinished executions at once, default 10,000; children are not counted. Further ones are refused with `QUEUE_FULL`. */
  readonly maxExecutions?: number;
  /** Finished executions that are kept at hand, default 1,000. */
  readonly keepFinished?: number;
  /** Default: a journal in memory, which forgets all but the last `keepFinished` executions. */
  readonly journal?: Journal;
  /** Default: no log. */
  readonly log?: LogSink;
  readonly clock?: Clock;
  readonly newId?: NewId;
}

export interface StartOptions<Input = unknown> {
  /** Read as `${input.…}`. Default `{}`. */
  readonly input?: Input;
  /** Default: the execution's id. */
  readonly correlationId?: string;
  /** Aborting it cancels the execution. */
  readonly signal?: AbortSignal;
  /** A second start with the same key within 10 minutes gives the first execution. */
  readonly idempotency?: Idempotency;
  /** The trace to continue, as `remoteTrace(headers)` gives it. Default: the active one. */
  readonly trace?: RemoteTrace;
  /**
   * `"unchanged"`: a call that an earlier execution of the workflow made gives the output it had then, if the agent with its
   * version and config and the input are the same. For agents whose output follows from these, and that need have no effect
   * again.
   */
  readonly reuse?: "unchanged";
  /** Where the agents come from, such as the path of a module: recorded for whoever resumes the execution. */
  readonly origin?: string;
}

/** A caller's promise that requests with this key are one request. */
export interface Idempotency {
  /** 1 to 255 visible ASCII characters. */
  readonly key: string;
  /** A hash of the request; another one under the same key is refused. */
  readonly fingerprint: string;
}

export interface StartedExecution<Output = JsonValue> {
  readonly execution: Execution<Output>;
  /** Whether an idempotency key led to an execution that was started before. */
  readonly isReplay: boolean;
}

export interface RerunOptions {
  /** The first step to run again, with all that depends on it. Default: only what did not complete. */
  readonly from?: string;
  /** `"unchanged"`: steps from there on run only if their agent or input changed since. */
  readonly reuse?: "unchanged";
  readonly correlationId?: string;
}

export interface Engine extends AsyncDisposable {
  readonly agents: AgentRegistry;
  /** The registered ones, by their `metadata.id`. */
  readonly workflows: ReadonlyMap<string, Workflow>;
  readonly journal: Journal;
  readonly events: EventBus;
  /**
   * Starts an execution once its record is kept.
   *
   * @throws {ValidationError} when the input does not fit the workflow's schema, {@link AgentNotFoundError},
   * {@link QueueFullError}, {@link EngineClosedError}, {@link IdempotencyKeyReusedError}; nothing was started then.
   */
  start<Input = unknown, Output = unknown>(
    workflow: TypedWorkflow<Input, Output>,
    options?: StartOptions<Input>,
  ): Promise<StartedExecution<ResultOutput<Output>>>;
  /** An execution that runs here, or was among the last to end here. */
  get(executionId: string): Execution | undefined;
  /** How an execution stands, wherever it runs or ran; with `at`, how it stood after the entry of that sequence. */
  view(executionId: string, options?: { readonly at?: number }): Promise<ExecutionView | undefined>;
  /**
   * Goes on with an execution that another process left unfinished.
   *
   * @throws {ExecutionNotFoundError} when there is none, {@link LeaseLostError} when a process that is alive runs it, and
   * {@link AgentNotFoundError} when this engine lacks what it calls.
   */
  resume(executionId: string): Promise<Execution>;
  /** Goes on with every execution that was left unfinished and whose agents are here. Gives those. */
  recover(): Promise<readonly Execution[]>;
  /** Starts a new execution of an earlier one's workflow and input, with the outputs of its steps before `from`. */
  rerun(executionId: string, options?: RerunOptions): Promise<Execution>;
  /**
   * Tells an execution something, wherever it runs: a step that waits for the signal completes with the payload. Resolves
   * when it is recorded. A second signal with the same `id` is the first one. False for an execution that is not there or
   * has ended.
   */
  signal(executionId: string, name: string, payload?: unknown, options?: { readonly id?: string }): Promise<boolean>;
  /** Stops an execution, wherever it runs. Resolves when that is recorded; false for one that is not there or has ended. */
  cancel(executionId: string, reason?: string): Promise<boolean>;
  /** How busy it is. */
  load(): { readonly executions: number; readonly running: number; readonly waiting: number };
  /**
   * Refuses new executions and waits for the unfinished ones. After `drainMs` (default 5 s) those still going are left to
   * be resumed if the journal is shared, and cancelled, with their grace period, if it is not.
   */
  close(options?: { readonly drainMs?: number }): Promise<void>;
}
