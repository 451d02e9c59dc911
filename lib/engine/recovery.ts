import { ExecutionNotFoundError, LeaseLostError } from "../errors.ts";
import type { Journal } from "../journal/journal.ts";
import { awaitedChild, type Child, type ChildRequest } from "./child-workflows.ts";
import type { LiveExecution } from "./execution.ts";
import type { Executions } from "./executions.ts";
import type { Launcher } from "./launcher.ts";
import { isTerminal, type ExecutionState } from "./state.ts";

/**
 * Goes on with what earlier processes left: parents first, so that children are connected to them again. A child that no
 * parent waits for, here or elsewhere, is stopped.
 */
export class Recovery {
  readonly #journal: Journal;
  readonly #executions: Executions;
  readonly #launcher: Launcher;
  readonly #onLeft: (error: unknown) => void;
  readonly #onJoined: () => void;
  /** The fences of executions that were claimed and have not gone on yet. */
  readonly #claimed = new Map<string, number>();
  readonly #joining = new Map<string, Promise<Child>>();
  readonly #starting = new Map<string, Promise<LiveExecution>>();

  constructor(options: {
    readonly journal: Journal;
    readonly executions: Executions;
    readonly launcher: Launcher;
    /** An execution was given up again, since what it needs is not here. */
    readonly onLeft: (error: unknown) => void;
    /** A child goes on here, for which there may be messages from before. */
    readonly onJoined: () => void;
  }) {
    this.#journal = options.journal;
    this.#executions = options.executions;
    this.#launcher = options.launcher;
    this.#onLeft = options.onLeft;
    this.#onJoined = options.onJoined;
  }

  async resume(executionId: string): Promise<LiveExecution> {
    const live = this.#executions.running(executionId);
    if (live !== undefined) return live;
    const stored = await this.#launcher.load(executionId);
    if (isTerminal(this.#launcher.restore(stored).status)) {
      throw new ExecutionNotFoundError(`Cannot resume execution "${executionId}": it has ended; rerun it instead`);
    }
    if (!(await this.#claim(executionId))) {
      throw new LeaseLostError(`Cannot resume execution "${executionId}": a process that is alive runs it`);
    }
    return await this.#goOn(executionId);
  }

  async recover(): Promise<readonly LiveExecution[]> {
    await this.#claimAll();
    const left = await this.#loadClaimed();
    const resumed: LiveExecution[] = [];
    for (const [id, { parent }] of left) {
      if (parent === undefined) resumed.push(...(await this.#tryToGoOn(id)));
    }
    for (const [id, state] of left) {
      if (state.parent === undefined) continue;
      const isAwaited = await this.#isAwaited(id, state.parent);
      const children = await this.#tryToGoOn(id);
      if (isAwaited) continue;
      for (const orphan of children) orphan.cancel("no execution waits for it any more");
      resumed.push(...children);
    }
    return resumed;
  }

  /** The child of a step: the one that runs, the one that an earlier process started, or a new one. */
  async join(request: ChildRequest): Promise<Child> {
    const { executionId } = request;
    const known = this.#executions.get(executionId) ?? this.#joining.get(executionId);
    if (known !== undefined) return await known;
    const joining = this.#joinNew(request);
    this.#joining.set(executionId, joining);
    try {
      return await joining;
    } finally {
      this.#joining.delete(executionId);
    }
  }

  async #joinNew(request: ChildRequest): Promise<Child> {
    const { executionId, workflow } = request;
    const stored = await this.#journal.load(executionId);
    if (stored === undefined) {
      const prepared = this.#launcher.prepare(workflow);
      const secrets = await this.#launcher.secretsOf(prepared);
      const { execution } = await this.#launcher.create(prepared, { ...request, secrets });
      return execution;
    }
    const hasEnded = isTerminal(this.#launcher.restore(stored).status);
    if (hasEnded || !(await this.#claim(executionId))) return await this.#launcher.find(executionId);
    const child = await this.#goOn(executionId);
    this.#onJoined();
    return child;
  }

  async #claim(executionId: string): Promise<boolean> {
    if (this.#claimed.has(executionId)) return true;
    const [claim] = await this.#journal.claim({ executionId });
    if (claim !== undefined) this.#claimed.set(executionId, claim.fence);
    return claim !== undefined;
  }

  async #claimAll(): Promise<void> {
    try {
      for (;;) {
        const claims = await this.#journal.claim({});
        if (claims.length === 0) return;
        for (const { executionId, fence } of claims) this.#claimed.set(executionId, fence);
      }
    } catch (error) {
      // What is claimed already has to go on: nobody else can claim it now.
      if (this.#claimed.size === 0) throw error;
      this.#onLeft(error);
    }
  }

  async #loadClaimed(): Promise<ReadonlyMap<string, ExecutionState>> {
    const left = new Map<string, ExecutionState>();
    for (const executionId of this.#claimed.keys()) {
      try {
        left.set(executionId, this.#launcher.restore(await this.#launcher.load(executionId)));
      } catch (error) {
        await this.#giveUp(executionId, error);
      }
    }
    return left;
  }

  /** Whether its parent waits for this very child, by the journal: the parent may run elsewhere. */
  async #isAwaited(executionId: string, parent: NonNullable<ExecutionState["parent"]>): Promise<boolean> {
    try {
      const stored = await this.#journal.load(parent.executionId);
      if (stored === undefined) return false;
      return awaitedChild(this.#launcher.restore(stored), parent) === executionId;
    } catch {
      // Who cannot know stops nothing.
      return true;
    }
  }

  async #tryToGoOn(executionId: string): Promise<readonly LiveExecution[]> {
    try {
      return [await this.#goOn(executionId)];
    } catch {
      return [];
    }
  }

  /** Goes on with an execution that was claimed, once, whoever asks. */
  async #goOn(executionId: string): Promise<LiveExecution> {
    const known = this.#starting.get(executionId);
    if (known !== undefined) return await known;
    const starting = this.#start(executionId);
    this.#starting.set(executionId, starting);
    try {
      return await starting;
    } finally {
      this.#starting.delete(executionId);
    }
  }

  async #start(executionId: string): Promise<LiveExecution> {
    const running = this.#executions.running(executionId);
    const fence = this.#claimed.get(executionId);
    if (fence === undefined) {
      if (running !== undefined) return running;
      throw new LeaseLostError(`Cannot go on with execution "${executionId}": it was given up meanwhile`);
    }
    // What ran here was taken over, without hearing of it, and has now been claimed back.
    running?.run?.lose(new LeaseLostError(`Cannot go on with execution "${executionId}": its lease had ended`));
    try {
      // Loaded under the lease: nobody else has written since.
      const stored = await this.#launcher.load(executionId);
      const messages = (await this.#journal.inbox()).filter((message) => message.executionId === executionId);
      const execution = await this.#launcher.resume(stored, fence, messages);
      this.#claimed.delete(executionId);
      return execution;
    } catch (error) {
      await this.#giveUp(executionId, error);
      throw error;
    }
  }

  /** Leaves it to somebody who has what it needs. */
  async #giveUp(executionId: string, error: unknown): Promise<void> {
    this.#claimed.delete(executionId);
    await this.#journal.release(executionId);
    this.#onLeft(error);
  }
}
