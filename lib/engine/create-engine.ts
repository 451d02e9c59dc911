import type { AgentRegistry } from "../agents/registry.ts";
import { checkWorkflowInput } from "../agents/validate.ts";
import { withBuiltIns } from "../agents/with-built-ins.ts";
import { systemClock, type Clock } from "../clock.ts";
import { systemId } from "../new-id.ts";
import { EngineClosedError, LeaseLostError, QueueFullError } from "../errors.ts";
import type { Journal } from "../journal/journal.ts";
import { MemoryJournal } from "../journal/memory-journal.ts";
import type { JsonValue } from "../json.ts";
import { toJson } from "../to-json.ts";
import type { Workflow } from "../workflow.ts";
import { LocalChildren } from "./child-workflows.ts";
import { complainer } from "./complainer.ts";
import { EngineAgents } from "./engine-agents.ts";
import type { Engine, EngineOptions, RerunOptions, StartedExecution, StartOptions } from "./engine.ts";
import { indexEarlier, indexOf } from "./earlier-runs.ts";
import { allowedEnvironment } from "./environment.ts";
import { BoundedEventBus } from "./event-bus.ts";
import { idsOf } from "./event-log.ts";
import type { Execution, LiveExecution } from "./execution.ts";
import { Executions } from "./executions.ts";
import { Inbox } from "./inbox.ts";
import type { Interpreter } from "./interpreter.ts";
import { Launcher } from "./launcher.ts";
import { linkSignal } from "./link-signal.ts";
import { LocalHost } from "./local-host.ts";
import { Recovery } from "./recovery.ts";
import { reusedSteps } from "./reuse.ts";
import type { SecretMask } from "./secret-mask.ts";
import { requireLimit } from "./require-limit.ts";
import { SecretStore } from "./secret-store.ts";
import { isIdle, type ExecutionState } from "./state.ts";
import { readShown } from "./stored.ts";
import { viewOf, type ExecutionView } from "./view.ts";

const busCapacity = 1_000;
const noInput: JsonValue = Object.freeze({});
/** UTF-16 units of an execution's input, or of a signal's payload. */
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
  readonly workflows: ReadonlyMap<string, Workflow>;
  readonly journal: Journal;
  readonly events: BoundedEventBus;
  readonly #engineAgents: EngineAgents;
  readonly #clock: Clock;
  readonly #maxExecutions: number;
  readonly #origin: string | undefined;
  readonly #complainer: (message: string, run?: Interpreter) => (error: unknown) => void;
  readonly #secrets: SecretStore;
  readonly #mask: SecretMask;
  readonly #host: LocalHost;
  readonly #executions: Executions;
  readonly #launcher: Launcher;
  readonly #recovery: Recovery;
  readonly #inbox: Inbox;
  #isClosed = false;

  constructor(options: EngineOptions) {
    const { clock = systemClock, newId = systemId, maxExecutions = 10_000, keepFinished = 1_000 } = options;
    const { maxConcurrency = 10, log, agents: given = [], workflows = [] } = options;
    const secrets = new SecretStore(options.secrets);
    const { mask } = secrets;
    requireLimit("maxConcurrency", maxConcurrency, 1);
    requireLimit("maxExecutions", maxExecutions, 1);
    requireLimit("keepFinished", keepFinished, 0);
    const agents = "versions" in given ? given : withBuiltIns(given);
    const journal = options.journal ?? new MemoryJournal({ keepFinished, clock });
    const executions = new Executions(keepFinished);
    this.#complainer = (message, run) => complainer(message, { clock, log, mask }, run && idsOf(run));
    const onListenerError = this.#complainer("event listener threw");
    const defer = (deliver: () => void): void => void clock.timer(0, deliver);
    this.events = new BoundedEventBus({ capacity: busCapacity, defer, onListenerError });
    const onEnded = (run: Interpreter, lost: unknown): void => this.#end(run, lost);
    const engineAgents = new EngineAgents(agents, { config: options.agentConfig, secrets, clock, log });
    const host = new LocalHost({
      agents: engineAgents,
      clock,
      journal,
      log,
      mask,
      maxConcurrency,
      bus: this.events,
      onEnded,
    });
    const children = new LocalChildren(workflows, (request) => this.#recovery.join(request), clock);
    this.agents = agents;
    this.#engineAgents = engineAgents;
    this.workflows = new Map(workflows.map((workflow) => [workflow.metadata.id, workflow]));
    this.journal = journal;
    this.#clock = clock;
    this.#maxExecutions = maxExecutions;
    this.#origin = options.origin;
    this.#secrets = secrets;
    this.#mask = mask;
    this.#host = host;
    this.#executions = executions;
    const environment = allowedEnvironment(options.environment);
    this.#launcher = new Launcher({
      agents: engineAgents,
      children,
      journal,
      host,
      secrets,
      environment,
      executions,
      clock,
      newId,
    });
    this.#inbox = new Inbox({ journal, executions, clock, onError: this.#complainer("messages cannot be read") });
    const onLeft = this.#complainer("execution cannot be resumed here");
    const onJoined = (): void => void this.#inbox.deliver();
    this.#recovery = new Recovery({ journal, executions, launcher: this.#launcher, onLeft, onJoined });
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- what comes out has the type that the caller's workflow says
  async start(workflow: Workflow, options: StartOptions = {}): Promise<StartedExecution<any>> {
    this.#admit();
    const prepared = this.#launcher.prepare(workflow);
    // Looked up before anything is recorded: what is not known cannot be hidden.
    const declared = this.#secrets.secretsOf(prepared);
    const secrets = declared instanceof Promise ? await declared : declared;
    this.#secrets.refuseIn(workflow);
    const given = options.input == null ? noInput : this.#mask.json(toJson(options.input, maxInputSize).value);
    const input =
      workflow.input === undefined ? given : checkWorkflowInput(workflow.metadata.id, workflow.input, given);
    const { correlationId, origin = this.#origin, idempotency, trace, signal } = options;
    const reuse = options.reuse && (await indexEarlier(this.journal, this.#launcher, workflow.metadata.id));
    // The engine may have been closed, or filled, while others were asked.
    this.#admit();
    const run = { input, correlationId, origin, idempotency, trace, reuse, secrets };
    const created = this.#launcher.create(prepared, run);
    const started = created instanceof Promise ? await created : created;
    if (signal !== undefined) linkSignal(started.execution, signal);
    this.#inbox.watch();
    return started;
  }

  get(executionId: string): Execution | undefined {
    return this.#executions.get(executionId);
  }

  async view(executionId: string, { at }: { readonly at?: number } = {}): Promise<ExecutionView | undefined> {
    const live = at === undefined ? this.#executions.get(executionId) : undefined;
    if (live !== undefined) return live.view();
    const state = await readShown(this.journal, executionId, at);
    return state && viewOf(state, at === undefined ? this.#clock.wall() - state.createdAt : state.elapsedMs);
  }

  async resume(executionId: string): Promise<Execution> {
    this.#refuseIfClosed();
    const execution = await this.#recovery.resume(executionId);
    await this.#takeMessages();
    return execution;
  }

  async recover(): Promise<readonly Execution[]> {
    this.#refuseIfClosed();
    const executions = await this.#recovery.recover();
    await this.#takeMessages();
    return executions;
  }

  async rerun(executionId: string, { from, correlationId, reuse: isReusing }: RerunOptions = {}): Promise<Execution> {
    this.#refuseIfClosed();
    const stored = await this.#launcher.load(executionId);
    const source = this.#launcher.restore(stored);
    const { input, environment } = source;
    const { origin } = stored;
    const prepared = this.#launcher.prepare(stored.workflow);
    const reused = reusedSteps(source, from);
    const reuse = isReusing && indexOf(this.#launcher, stored);
    const secrets = await this.#launcher.secretsOf(prepared);
    const run = { input, environment, origin, correlationId, forkOf: executionId, reused, reuse, secrets };
    const { execution } = await this.#launcher.create(prepared, run);
    this.#inbox.watch();
    return execution;
  }

  async signal(
    executionId: string,
    name: string,
    payload: unknown = null,
    { id }: { readonly id?: string } = {},
  ): Promise<boolean> {
    const value = this.#mask.json(toJson(payload, maxInputSize).value);
    const message = { kind: "signal", name, payload: value, ...(id !== undefined && { id }) } as const;
    const isSent = await this.journal.send(executionId, message);
    await this.#inbox.deliver();
    return isSent;
  }

  async cancel(executionId: string, reason = "cancelled by its caller"): Promise<boolean> {
    const live = this.#executions.running(executionId);
    if (live === undefined || this.journal.isShared) {
      // Whoever goes on with it must know, if this process ends before it has recorded the first consequence.
      const isSent = await this.journal.send(executionId, { kind: "cancel", reason });
      await this.#inbox.deliver();
      return isSent;
    }
    live.cancel(reason);
    return true;
  }

  load(): { readonly executions: number; readonly running: number; readonly waiting: number } {
    return { executions: this.#executions.unfinished, running: this.#host.running, waiting: this.#host.waiting };
  }

  async close({ drainMs = 5_000 }: { readonly drainMs?: number } = {}): Promise<void> {
    this.#isClosed = true;
    // What only waits would hold up the end for nothing, if others can go on with it.
    if (this.journal.isShared) this.#leave(this.#executions.all().filter(({ state }) => this.#onlyWaits(state)));
    if (this.#executions.unfinished > 0) {
      const idle = this.#executions.idle();
      using _ = this.#clock.timer(drainMs, () => this.#stopAll());
      await idle;
    }
    this.#inbox[Symbol.dispose]();
    await this.#engineAgents.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close({ drainMs: 0 });
  }

  /** Those that came while no process ran the execution, and those to come. */
  async #takeMessages(): Promise<void> {
    this.#inbox.watch();
    await this.#inbox.deliver();
  }

  /** @throws {EngineClosedError} or {@link QueueFullError}, when no further execution may start. */
  #admit(): void {
    this.#refuseIfClosed();
    const { unfinished } = this.#executions;
    if (unfinished < this.#maxExecutions) return;
    throw new QueueFullError(`Cannot start an execution: ${unfinished} are unfinished, which is the limit`);
  }

  #refuseIfClosed(): void {
    if (this.#isClosed) throw new EngineClosedError("Cannot start an execution: the engine is shutting down");
  }

  /** What others can go on with is left to them; the rest would be lost, so it is told to stop. */
  #stopAll(): void {
    if (this.journal.isShared) return this.#leave(this.#executions.all());
    for (const { run } of this.#executions.all()) run?.cancel("the engine is shutting down");
  }

  /** A child is left with its parent: one that works on would miss it. */
  #onlyWaits(state: ExecutionState): boolean {
    const parent = state.parent && this.#executions.running(state.parent.executionId);
    return isIdle(state) && (parent === undefined || this.#onlyWaits(parent.state));
  }

  #leave(executions: readonly LiveExecution[]): void {
    for (const { id, run } of executions) {
      run?.lose(new EngineClosedError(`Cannot say how execution "${id}" ends: it was left to be resumed`));
    }
  }

  #end(run: Interpreter, lost: unknown): void {
    const execution = this.#executions.running(run.executionId);
    if (execution === undefined) return;
    if (lost === undefined) this.#executions.finish(execution);
    else {
      this.#executions.drop(run.executionId);
      // Else nobody could go on with it before this process ends.
      if (!(lost instanceof LeaseLostError)) this.#release(run);
      if (!(lost instanceof EngineClosedError)) this.#complainer("execution is lost", run)(lost);
    }
    execution.end(lost);
  }

  #release(run: Interpreter): void {
    const complain = this.#complainer("execution cannot be released", run);
    try {
      this.journal.release(run.executionId)?.catch(complain);
    } catch (error) {
      complain(error);
    }
  }
}
