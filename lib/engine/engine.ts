import type { AnyAgent } from "../agents/agent.ts";
import type { AgentRegistry } from "../agents/registry.ts";
import { checkWorkflowInput } from "../agents/validate.ts";
import { withBuiltIns } from "../agents/with-built-ins.ts";
import { systemClock, systemId, type Clock, type NewId } from "../clock.ts";
import { EngineClosedError, QueueFullError } from "../errors.ts";
import type { Journal } from "../journal/journal.ts";
import { MemoryJournal } from "../journal/memory-journal.ts";
import type { JsonValue } from "../json.ts";
import type { LogSink } from "../log.ts";
import { ExecutionTrace, type RemoteTrace } from "../telemetry.ts";
import { toJson } from "../to-json.ts";
import type { Workflow } from "../workflow.ts";
import { BoundedEventBus, type EventBus } from "./event-bus.ts";
import { LiveExecution, type Execution } from "./execution.ts";
import { Fifo } from "./fifo.ts";
import { IdempotencyKeys, type Idempotency } from "./idempotency-keys.ts";
import { Interpreter } from "./interpreter.ts";
import { LocalHost } from "./local-host.ts";
import { prepare, type PreparedWorkflow } from "./prepare.ts";

export interface EngineOptions {
  /** Agents that steps may name, in addition to the built-in ones. */
  readonly agents?: AgentRegistry | readonly AnyAgent[];
  /** Steps at once over all executions, default 10. */
  readonly maxConcurrency?: number;
  /** Unfinished executions at once, default 10,000. Further ones are refused with `QUEUE_FULL`. */
  readonly maxExecutions?: number;
  /** Finished executions that can still be looked at, default 1,000. */
  readonly keepFinished?: number;
  /** Default: a {@link MemoryJournal}. */
  readonly journal?: Journal;
  /** Default: no log. */
  readonly log?: LogSink;
  readonly clock?: Clock;
  readonly newId?: NewId;
}

export interface StartOptions {
  /** Read as `${input.…}`. Default `{}`. */
  readonly input?: unknown;
  /** Default: the execution's id. */
  readonly correlationId?: string;
  /** Aborting it cancels the execution. */
  readonly signal?: AbortSignal;
  /** A second start with the same key within 10 minutes gives the first execution. */
  readonly idempotency?: Idempotency;
  /** The trace to continue, as `remoteTrace(headers)` gives it. Default: the active one. */
  readonly trace?: RemoteTrace;
}

export interface StartedExecution {
  readonly execution: Execution;
  /** Whether an idempotency key led to an execution that was started before. */
  readonly isReplay: boolean;
}

export interface Engine extends AsyncDisposable {
  readonly agents: AgentRegistry;
  readonly journal: Journal;
  readonly events: EventBus;
  /**
   * Starts an execution once its record is kept.
   *
   * @throws {ValidationError} when the input does not fit the workflow's schema, {@link AgentNotFoundError},
   * {@link QueueFullError}, {@link EngineClosedError}, {@link IdempotencyKeyReusedError}; nothing was started then.
   */
  start(workflow: Workflow, options?: StartOptions): Promise<StartedExecution>;
  /** An execution that is unfinished or among the last finished ones. */
  get(executionId: string): Execution | undefined;
  /** How busy it is. */
  load(): { readonly executions: number; readonly running: number; readonly waiting: number };
  /**
   * Refuses new executions and waits for the unfinished ones; those still going after `drainMs` (default 5 s) are
   * cancelled and get their grace period.
   */
  close(options?: { readonly drainMs?: number }): Promise<void>;
}

const idempotencyTtlMs = 600_000;
const busCapacity = 1_000;
/** UTF-16 units of an execution's input. */
const maxInputSize = 16 * 1_024 * 1_024;

/**
 * Runs workflows in this process.
 *
 * @example
 * ```ts
 * await using engine = createEngine({ agents: [myAgent] });
 * const { execution } = await engine.start(workflow, { input: { topic: "tides" } });
 * const result = await execution.result;
 * ```
 */
export function createEngine(options: EngineOptions = {}): Engine {
  return new LocalEngine(options);
}

class LocalEngine implements Engine {
  readonly agents: AgentRegistry;
  readonly journal: Journal;
  readonly events: BoundedEventBus;
  readonly #options: Required<Pick<EngineOptions, "maxExecutions" | "keepFinished" | "clock" | "newId">>;
  readonly #log: LogSink | undefined;
  readonly #host: LocalHost;
  readonly #prepared = new WeakMap<Workflow, PreparedWorkflow>();
  readonly #keys = new IdempotencyKeys<Execution>(idempotencyTtlMs);
  readonly #unfinished = new Map<string, LiveExecution>();
  readonly #finished = new Map<string, LiveExecution>();
  /** The finished ones, the first to end first. */
  readonly #order = new Fifo<string>();
  #isClosed = false;
  #onIdle: (() => void) | undefined;

  constructor(options: EngineOptions) {
    const { clock = systemClock, newId = systemId, maxExecutions = 10_000, keepFinished = 1_000 } = options;
    const { maxConcurrency = 10, log, journal = new MemoryJournal() } = options;
    requireLimit("maxConcurrency", maxConcurrency, 1);
    requireLimit("maxExecutions", maxExecutions, 1);
    requireLimit("keepFinished", keepFinished, 0);
    this.agents = registryOf(options.agents);
    this.journal = journal;
    this.#log = log;
    this.#options = { clock, newId, maxExecutions, keepFinished };
    this.events = new BoundedEventBus({
      capacity: busCapacity,
      defer: (deliver) => clock.timer(0, deliver),
      onListenerError: (error) => this.#complain("event listener threw", error),
    });
    this.#host = new LocalHost({
      clock,
      journal,
      log,
      maxConcurrency,
      bus: this.events,
      onEnded: (...end) => this.#end(...end),
    });
  }

  async start(workflow: Workflow, options: StartOptions = {}): Promise<StartedExecution> {
    const { idempotency } = options;
    const nowMs = this.#options.clock.now();
    const known = idempotency && this.#keys.find(idempotency, nowMs);
    if (known !== undefined) return { execution: await known, isReplay: true };
    if (this.#isClosed) throw new EngineClosedError("Cannot start an execution: the engine is shutting down");
    if (this.#unfinished.size >= this.#options.maxExecutions) {
      throw new QueueFullError(
        `Cannot start an execution: ${this.#unfinished.size} are unfinished, which is the limit`,
      );
    }
    const started = this.#start(workflow, options);
    if (idempotency !== undefined) this.#keys.remember(idempotency, started, nowMs);
    return { execution: await started, isReplay: false };
  }

  get(executionId: string): Execution | undefined {
    return this.#unfinished.get(executionId) ?? this.#finished.get(executionId);
  }

  load(): { readonly executions: number; readonly running: number; readonly waiting: number } {
    return { executions: this.#unfinished.size, running: this.#host.running, waiting: this.#host.waiting };
  }

  async close({ drainMs = 5_000 }: { readonly drainMs?: number } = {}): Promise<void> {
    this.#isClosed = true;
    if (this.#unfinished.size === 0) return;
    const idle = new Promise<void>((resolve) => {
      const before = this.#onIdle;
      this.#onIdle = () => {
        before?.();
        resolve();
      };
    });
    using _ = this.#options.clock.timer(drainMs, () => {
      for (const execution of this.#unfinished.values()) execution.cancel("the engine is shutting down");
    });
    await idle;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close({ drainMs: 0 });
  }

  async #start(workflow: Workflow, options: StartOptions): Promise<Execution> {
    const prepared = this.#prepare(workflow);
    const given = toJson(options.input ?? {}, maxInputSize).value;
    const input =
      workflow.input === undefined ? given : checkWorkflowInput(workflow.metadata.id, workflow.input, given);
    const executionId = this.#options.newId();
    const correlationId = options.correlationId ?? executionId;
    const createdAt = this.#options.clock.wall();
    const trace = this.#trace(prepared, { executionId, correlationId, createdAt }, options.trace);
    const run = new Interpreter(prepared, this.#host, executionId, trace);
    const execution = new LiveExecution(run);
    this.#unfinished.set(executionId, execution);
    this.#host.open(run);
    try {
      await run.create(createdEvent(prepared, { input, correlationId, createdAt, seed: executionId }));
    } catch (error) {
      trace?.abort(error);
      this.#host.ended(run, error);
      throw error;
    }
    this.#linkSignal(execution, options.signal);
    return execution;
  }

  /** A workflow object is planned once, however often it is started. */
  #prepare(workflow: Workflow): PreparedWorkflow {
    const known = this.#prepared.get(workflow);
    if (known !== undefined) return known;
    const prepared = prepare(workflow, this.agents);
    this.#prepared.set(workflow, prepared);
    return prepared;
  }

  #trace(
    { plan }: PreparedWorkflow,
    facts: { readonly executionId: string; readonly correlationId: string; readonly createdAt: number },
    remote: RemoteTrace | undefined,
  ): ExecutionTrace | undefined {
    const { metadata, version: workflowVersion } = plan.workflow;
    const agentOf = (stepId: string): string => plan.steps[plan.indexOf.get(stepId) ?? -1]?.step.agent.id ?? "";
    return ExecutionTrace.start({ ...facts, workflowId: metadata.id, workflowVersion, agentOf }, remote);
  }

  #linkSignal(execution: LiveExecution, signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    const onAbort = (): void => void execution.cancel(`its signal was aborted: ${messageOf(signal.reason)}`);
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    const unlink = (): void => signal.removeEventListener("abort", onAbort);
    execution.result.then(unlink, unlink);
  }

  #end(run: Interpreter, lost: unknown): void {
    const execution = this.#unfinished.get(run.executionId);
    if (execution === undefined) return;
    this.#unfinished.delete(run.executionId);
    if (lost !== undefined) this.#complain("journal cannot be written", lost);
    this.#keep(run.executionId, execution);
    execution.end(lost);
    if (this.#unfinished.size === 0) this.#onIdle?.();
  }

  #keep(executionId: string, execution: LiveExecution): void {
    this.#finished.set(executionId, execution);
    this.#order.push(executionId);
    const oldest = this.#order.length > this.#options.keepFinished ? this.#order.shift() : undefined;
    if (oldest === undefined) return;
    this.#finished.delete(oldest);
    Promise.resolve(this.journal.forget(oldest)).catch((error: unknown) =>
      this.#complain("journal cannot forget", error),
    );
  }

  #complain(message: string, error: unknown): void {
    const time = new Date(this.#options.clock.wall()).toISOString();
    this.#log?.({ level: "error", time, message, data: messageOf(error) });
  }
}

function createdEvent(
  { plan }: PreparedWorkflow,
  facts: {
    readonly input: JsonValue;
    readonly correlationId: string;
    readonly createdAt: number;
    readonly seed: string;
  },
): Parameters<Interpreter["create"]>[0] {
  const { metadata, version: workflowVersion } = plan.workflow;
  return { type: "execution.created", workflowId: metadata.id, workflowVersion, workflowHash: plan.hash, ...facts };
}

function registryOf(agents: EngineOptions["agents"] = []): AgentRegistry {
  return "versions" in agents ? agents : withBuiltIns(agents);
}

function requireLimit(name: string, value: number, minimum: number): void {
  if (Number.isInteger(value) && value >= minimum) return;
  throw new RangeError(`Cannot create engine: ${name} must be an integer >= ${minimum}, got ${value}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
