import type { Clock } from "../clock.ts";
import type { NewId } from "../new-id.ts";
import { ExecutionNotFoundError, JournalUnavailableError } from "../errors.ts";
import type { Batch, Creation, Delivery, Journal, NewExecution, StoredExecution } from "../journal/journal.ts";
import { idTaken } from "../journal/refusals.ts";
import type { JsonValue } from "../json.ts";
import { ExecutionTrace, type RemoteTrace } from "../telemetry.ts";
import type { Workflow } from "../workflow.ts";
import { DistantExecution } from "./distant-execution.ts";
import type { Idempotency, StartedExecution } from "./engine.ts";
import { type Environment, environmentOf } from "./environment.ts";
import type { CreatedEvent, ExecutionEvent } from "./events.ts";
import { LiveExecution } from "./execution.ts";
import type { Executions } from "./executions.ts";
import { Interpreter } from "./interpreter.ts";
import type { LocalHost } from "./local-host.ts";
import { prepare, type AgentSource, type ChildWorkflows, type PreparedWorkflow } from "./prepare.ts";
import type { ReuseIndex } from "./reuse-index.ts";
import type { Secrets } from "./secret-mask.ts";
import type { SecretStore } from "./secret-store.ts";
import { readShown, restore } from "./stored.ts";
import { plan } from "./plan.ts";
import type { ExecutionState } from "./state.ts";

export interface LauncherOptions {
  readonly agents: AgentSource;
  readonly children: ChildWorkflows;
  readonly journal: Journal;
  readonly host: LocalHost;
  readonly secrets: SecretStore;
  /** What workflows may read of the environment. */
  readonly environment: Environment;
  readonly executions: Executions;
  readonly clock: Clock;
  readonly newId: NewId;
}

/** What makes one new execution differ from another. */
export interface NewRun {
  readonly input: JsonValue;
  readonly executionId?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly origin?: string | undefined;
  readonly idempotency?: Idempotency | undefined;
  readonly trace?: RemoteTrace | undefined;
  readonly parent?: CreatedEvent["parent"];
  readonly forkOf?: string;
  /** What follows from an earlier execution. */
  readonly reused?: readonly ExecutionEvent[];
  readonly reuse?: ReuseIndex | undefined;
  /** That of an earlier execution. */
  readonly environment?: Environment | undefined;
  /** What its agents may read. */
  readonly secrets: Secrets;
}

interface Started extends StartedExecution {
  readonly execution: LiveExecution | DistantExecution;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

interface Created {
  readonly executionId: string;
  readonly event: CreatedEvent;
}

/** An execution that nobody has recorded yet. */
interface Fresh {
  readonly interpreter: Interpreter;
  readonly execution: LiveExecution;
  /** What is to be recorded of it first. */
  readonly batch: Batch;
}

const idempotencyTtlMs = 600_000;

/** Puts executions on the host: new ones, and those that a process before left unfinished. */
export class Launcher {
  readonly #options: LauncherOptions;
  readonly #prepared = new WeakMap<Workflow, PreparedWorkflow>();

  constructor(options: LauncherOptions) {
    this.#options = options;
  }

  /** A workflow object is planned once, however often it is started. */
  prepare(workflow: Workflow): PreparedWorkflow {
    const known = this.#prepared.get(workflow);
    if (known !== undefined) return known;
    const prepared = prepare(workflow, this.#options.agents, this.#options.children);
    this.#prepared.set(workflow, prepared);
    return prepared;
  }

  /** What the agents of a workflow may read. */
  secretsOf(prepared: PreparedWorkflow): Secrets | Promise<Secrets> {
    return this.#options.secrets.secretsOf(prepared);
  }

  /**
   * Starts a new execution once its record is kept: at once, where the journal says so at once. Or gives the one that holds
   * its idempotency key.
   */
  create(prepared: PreparedWorkflow, run: NewRun): Started | Promise<Started> {
    const { host, executions, journal } = this.#options;
    const created = this.#createdEvent(prepared, run);
    const { executionId } = created;
    // Refused before it takes the place of the other one here.
    if (executions.running(executionId) !== undefined) throw idTaken(executionId);
    const trace = startTrace(prepared, created, run.trace);
    const parent = run.parent && executions.running(run.parent.executionId)?.run;
    const interpreter = new Interpreter({ prepared, host, executionId, trace, parent, reuse: run.reuse });
    const execution = new LiveExecution(interpreter);
    executions.add(execution);
    host.open(interpreter, run.secrets);
    try {
      const batch = interpreter.create(created.event, run.reused ?? [], run.idempotency !== undefined);
      const creation = journal.create(this.#newExecution(prepared, run, executionId, batch));
      const fresh = { interpreter, execution, batch };
      return creation instanceof Promise ? this.#goOnce(creation, fresh) : this.#go(creation, fresh);
    } catch (error) {
      return this.#giveUp(interpreter, error);
    }
  }

  async #goOnce(creation: Promise<Creation>, fresh: Fresh): Promise<Started> {
    try {
      return await this.#go(await creation, fresh);
    } catch (error) {
      return await this.#giveUp(fresh.interpreter, error);
    }
  }

  #go(creation: Creation, { interpreter, execution, batch }: Fresh): Started | Promise<Started> {
    if (!creation.isNew) {
      this.#discard(interpreter, new Error("the same request was made before"));
      return this.#replay(creation.executionId);
    }
    this.#options.host.announce(interpreter, batch.shown);
    interpreter.go(creation.fence, batch);
    return { execution, isReplay: false };
  }

  async #replay(executionId: string): Promise<Started> {
    return { execution: await this.find(executionId), isReplay: true };
  }

  async #giveUp(interpreter: Interpreter, error: unknown): Promise<never> {
    this.#discard(interpreter, error);
    // It may be there all the same, and then nobody could go on with it before this process ends.
    if (error instanceof JournalUnavailableError) await releaseIfThere(this.#options.journal, interpreter.executionId);
    throw error;
  }

  /** Goes on with an execution that was claimed. Its secrets are looked up anew. */
  async resume(stored: StoredExecution, fence: number, messages: readonly Delivery[]): Promise<LiveExecution> {
    const { host, executions } = this.#options;
    const prepared = this.prepare(stored.workflow);
    const secrets = await this.#options.secrets.secretsOf(prepared);
    const restored = restore(prepared.plan, stored);
    const { executionId, correlationId, createdAt, parent: link } = restored;
    const trace = startTrace(prepared, { executionId, event: { correlationId, createdAt } }, undefined);
    const parent = link && executions.running(link.executionId)?.run;
    const interpreter = new Interpreter({ prepared, host, executionId, trace, parent, restored });
    const execution = new LiveExecution(interpreter);
    executions.add(execution);
    host.open(interpreter, secrets);
    interpreter.resume(
      fence,
      messages.filter(({ deliveryId }) => execution.takes(deliveryId)),
    );
    return execution;
  }

  /** @throws {ExecutionNotFoundError} when the journal has no such execution. */
  async load(executionId: string): Promise<StoredExecution> {
    const stored = await this.#options.journal.load(executionId);
    if (stored !== undefined) return stored;
    throw new ExecutionNotFoundError(`Cannot find execution "${executionId}": the journal has none of this id`);
  }

  /** The state that an execution was left in. Takes no agents. */
  restore(stored: StoredExecution): ExecutionState {
    return restore(plan(stored.workflow), stored);
  }

  /** An execution, here or elsewhere. */
  async find(executionId: string): Promise<LiveExecution | DistantExecution> {
    const { executions, journal, clock } = this.#options;
    const known = executions.get(executionId);
    if (known !== undefined) return known;
    const state = this.restore(await this.load(executionId));
    return new DistantExecution(state, (await readShown(journal, executionId)) ?? state, journal, clock);
  }

  #createdEvent({ plan: { workflow, hash }, agents, requiredEnvironment }: PreparedWorkflow, run: NewRun): Created {
    const { input, parent, forkOf } = run;
    const executionId = run.executionId ?? this.#options.newId();
    const allowed = run.environment ?? this.#options.environment;
    const environment = environmentOf(workflow, requiredEnvironment, allowed);
    const event: Mutable<CreatedEvent> = {
      type: "execution.created",
      workflowId: workflow.metadata.id,
      workflowVersion: workflow.version,
      workflowHash: hash,
      input,
      correlationId: run.correlationId ?? executionId,
      createdAt: this.#options.clock.wall(),
      seed: executionId,
      agents,
    };
    if (environment !== undefined) event.environment = this.#withoutSecrets(environment);
    if (parent !== undefined) event.parent = parent;
    if (forkOf !== undefined) event.forkOf = forkOf;
    return { executionId, event };
  }

  /** Masked as all data that comes in. */
  #withoutSecrets(environment: Environment): Environment {
    const { mask } = this.#options.secrets;
    return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, mask.text(value)]));
  }

  #newExecution(
    { plan: { workflow, hash } }: PreparedWorkflow,
    { origin, idempotency }: NewRun,
    executionId: string,
    { entries, shown, status, wakeAt }: Batch,
  ): NewExecution {
    const execution: Mutable<NewExecution> = {
      executionId,
      workflow,
      workflowHash: hash,
      entries,
      shown,
      status,
      wakeAt,
    };
    if (origin !== undefined) execution.origin = origin;
    if (idempotency !== undefined) execution.idempotency = { ...idempotency, ttlMs: idempotencyTtlMs };
    return execution;
  }

  #discard(interpreter: Interpreter, why: unknown): void {
    interpreter.trace?.abort(why);
    // Closed first: else the slots that it gives back would go to its own next steps.
    this.#options.host.close(interpreter);
    interpreter.discard();
    this.#options.executions.drop(interpreter.executionId);
  }
}

async function releaseIfThere(journal: Journal, executionId: string): Promise<void> {
  try {
    await journal.release(executionId);
  } catch {
    // Who is told that the journal does not answer need not be told twice.
  }
}

function startTrace(
  { plan: { workflow }, agentOf }: PreparedWorkflow,
  {
    executionId,
    event,
  }: { readonly executionId: string; readonly event: Pick<CreatedEvent, "correlationId" | "createdAt"> },
  remote: RemoteTrace | undefined,
): ExecutionTrace | undefined {
  const { metadata, version: workflowVersion } = workflow;
  const { correlationId, createdAt } = event;
  const facts = { executionId, correlationId, createdAt, workflowId: metadata.id, workflowVersion, agentOf };
  return ExecutionTrace.start(facts, remote);
}
