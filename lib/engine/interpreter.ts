import { CancelledError, TimeoutError } from "../errors.ts";
import type { ExecutionTrace } from "../telemetry.ts";
import { decide } from "./decide.ts";
import { errorRecord } from "./error-record.ts";
import type { ExecutionEvent, JournalEntry } from "./events.ts";
import { failStep } from "./fail-step.ts";
import { fold } from "./fold.ts";
import type { Host, Run, RunningAttempt } from "./host.ts";
import type { PreparedStep, PreparedWorkflow } from "./prepare.ts";
import { resolveStep, type ResolvedStep } from "./resolve-step.ts";
import { executionScope } from "./scope.ts";
import { settleAttempt, type AttemptOutcome } from "./settle-attempt.ts";
import { initialState, isTerminal, type ExecutionState, type MutableExecutionState } from "./state.ts";

/** A step between its first attempt and its end. */
interface LiveStep {
  readonly resolved: ResolvedStep;
  readonly firstStartedMs: number;
  attempt: number;
  startedMs: number;
  previousDelayMs: number;
  running: RunningAttempt | undefined;
  backoff: Disposable | undefined;
}

/**
 * Runs one execution: turns what happens into events, folds them, and has its host carry out what the core decides. All
 * changes of state go through `#record`; everything else here is a reaction to a committed event.
 */
export class Interpreter implements Run {
  readonly executionId: string;
  readonly #prepared: PreparedWorkflow;
  readonly #host: Host;
  readonly #trace: ExecutionTrace | undefined;
  readonly #state: MutableExecutionState;
  readonly #origin: number;
  readonly #controller = new AbortController();
  readonly #live = new Map<number, LiveStep>();
  #isLost = false;
  #batch: JournalEntry[] = [];
  #deadline: Disposable | undefined;
  #grace: Disposable | undefined;

  constructor(prepared: PreparedWorkflow, host: Host, executionId: string, trace?: ExecutionTrace) {
    this.executionId = executionId;
    this.#prepared = prepared;
    this.#host = host;
    this.#trace = trace;
    this.#state = initialState(prepared.plan, executionId);
    this.#origin = host.clock.now();
  }

  get prepared(): PreparedWorkflow {
    return this.#prepared;
  }

  get state(): ExecutionState {
    return this.#state;
  }

  get trace(): ExecutionTrace | undefined {
    return this.#trace;
  }

  /** Milliseconds since the execution was created. */
  get nowMs(): number {
    return this.#host.clock.now() - this.#origin;
  }

  /** Whether nothing more is recorded. */
  get #isOver(): boolean {
    return this.#isLost || isTerminal(this.#state.status);
  }

  /** Records the execution and sets it going. Settled when it is recorded; a rejection means that nothing was started. */
  create(created: Extract<ExecutionEvent, { type: "execution.created" }>): void | Promise<void> {
    this.#record(created);
    this.#decide();
    return this.#flush();
  }

  begin(step: number): void {
    const current = this.#state.steps[step];
    if (current?.status !== "ready" && current?.status !== "retrying") return this.#host.release(this);
    const prepared = this.#prepared.steps[step];
    if (prepared === undefined) return this.#host.release(this);
    if (this.#state.status === "queued") this.#record({ type: "execution.started" });
    const isStarted = current.status === "retrying" || this.#startStep(step, prepared);
    if (isStarted) {
      const attempt = current.status === "retrying" ? current.attempt : 1;
      this.#record({ type: "attempt.started", stepId: prepared.planned.id, attempt });
    }
    this.#advance();
    if (!isStarted) this.#host.release(this);
  }

  settle(step: number, outcome: AttemptOutcome, notes: readonly ExecutionEvent[]): void {
    const live = this.#live.get(step);
    const prepared = this.#prepared.steps[step];
    if (live?.running === undefined || prepared === undefined) return;
    live.running = undefined;
    for (const note of notes) this.#record(note);
    const { planned, retry } = prepared;
    const { attempt, startedMs, firstStartedMs, previousDelayMs } = live;
    const nowMs = this.nowMs;
    const settled = { planned, retry, attempt, startedMs, firstStartedMs, previousDelayMs, nowMs, outcome };
    for (const event of settleAttempt(this.#state, settled)) this.#record(event);
    if (this.#state.steps[step]?.status !== "retrying") this.#live.delete(step);
    this.#advance();
    this.#host.release(this);
  }

  note(event: ExecutionEvent): void {
    if (this.#isOver) return;
    this.#record(event);
    this.#commit();
  }

  /** Stops the execution. Does nothing to one that has ended or is already stopping, but that draining turns into aborting. */
  cancel(reason: string): void {
    if (this.#isOver) return;
    if (this.#state.stopping !== undefined) return this.#stopRunning(reason);
    this.#record({ type: "execution.cancelling", reason });
    this.#advance();
  }

  /** Resolves what the step needs of the execution's data; a value that is missing fails the step. */
  #startStep(step: number, prepared: PreparedStep): boolean {
    const { planned } = prepared;
    let resolved: ResolvedStep;
    try {
      resolved = resolveStep(prepared, executionScope(this.#state));
    } catch (error) {
      this.#record(failStep(planned, errorRecord(error, false, 0), 0, 0));
      return false;
    }
    this.#live.set(step, {
      resolved,
      firstStartedMs: this.nowMs,
      attempt: 1,
      startedMs: 0,
      previousDelayMs: 0,
      running: undefined,
      backoff: undefined,
    });
    this.#record({ type: "step.started", stepId: planned.id, input: resolved.input });
    return true;
  }

  #record(event: ExecutionEvent): void {
    const { executionId } = this;
    const entry = { executionId, sequence: this.#state.sequence + 1, elapsedMs: this.nowMs, event };
    fold(this.#state, entry);
    this.#batch.push(entry);
  }

  #advance(): void {
    this.#decide();
    this.#commit();
  }

  #decide(): void {
    for (let events = decide(this.#state); events.length > 0; events = decide(this.#state)) {
      for (const event of events) this.#record(event);
    }
  }

  /** Without its record an execution cannot go on: running steps are told to stop and whoever waits is told why. */
  #commit(): void {
    this.#flush()?.catch((error: unknown) => this.#lose(error));
  }

  #lose(error: unknown): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#controller.abort(error);
    this.#end(error);
    // Every running step has a slot, and what comes of it can no longer be recorded.
    for (let slots = this.#state.running; slots > 0; slots--) this.#host.release(this);
  }

  #flush(): void | Promise<void> {
    const batch = this.#batch;
    if (batch.length === 0) return;
    this.#batch = [];
    const committed = this.#host.commit(this, this.#prepared.redactor.entries(batch));
    if (committed === undefined) return this.#react(batch);
    return committed.then(() => this.#react(batch));
  }

  #react(batch: readonly JournalEntry[]): void {
    for (const entry of batch) {
      this.#trace?.record(entry);
      this.#reactTo(entry.event);
    }
  }

  #reactTo(event: ExecutionEvent): void {
    switch (event.type) {
      case "execution.started":
        return this.#armDeadline();
      case "step.ready":
        return this.#host.enqueue(this, this.#indexOf(event.stepId));
      case "attempt.started":
        return this.#startAttempt(this.#indexOf(event.stepId), event.attempt);
      case "retry.scheduled":
        return this.#armRetry(this.#indexOf(event.stepId), event.attempt, event.delayMs);
      case "execution.failing":
        if (this.#prepared.plan.policies.onFailure === "abort" || event.stepId === undefined) {
          this.#stopRunning(`another step of the execution failed: ${event.error.message}`);
        }
        return;
      case "execution.cancelling":
        return this.#stopRunning(event.reason);
      case "step.cancelled":
        return this.#dropRetry(this.#indexOf(event.stepId));
      case "execution.completed":
      case "execution.failed":
      case "execution.cancelled":
        return this.#end();
      default:
    }
  }

  #startAttempt(step: number, attempt: number): void {
    const live = this.#live.get(step);
    const prepared = this.#prepared.steps[step];
    if (live === undefined || prepared === undefined || this.#state.steps[step]?.status !== "running") return;
    live.attempt = attempt;
    live.startedMs = this.nowMs;
    const { input, config, key } = live.resolved;
    const deadline = this.#origin + live.firstStartedMs + prepared.planned.policies.retry.maxElapsedMs;
    const { signal } = this.#controller;
    const { correlationId } = this.#state;
    const request = { prepared, attempt, input, config, key, deadline, signal, correlationId };
    live.running = this.#host.attempt(this, request);
  }

  #armRetry(step: number, attempt: number, delayMs: number): void {
    const live = this.#live.get(step);
    if (live === undefined || this.#state.steps[step]?.status !== "retrying") return;
    live.attempt = attempt;
    live.previousDelayMs = delayMs;
    live.backoff = this.#host.clock.timer(delayMs, () => this.#host.enqueue(this, step));
  }

  #dropRetry(step: number): void {
    this.#live.get(step)?.backoff?.[Symbol.dispose]();
    this.#live.delete(step);
  }

  #armDeadline(): void {
    const { globalTimeoutMs: timeout } = this.#prepared.plan.policies;
    this.#deadline = this.#host.clock.timer(timeout, () => {
      if (this.#state.stopping !== undefined) return this.#stopRunning("the execution's time is up");
      const message = `Cannot finish execution "${this.executionId}": it took longer than ${timeout} ms`;
      this.#record({ type: "execution.failing", error: errorRecord(new TimeoutError(message, { timeout }), true) });
      this.#advance();
    });
  }

  /** Asks running steps to stop, and gives up on those that have not after the grace period. */
  #stopRunning(reason: string): void {
    if (this.#controller.signal.aborted) return;
    const { gracePeriodMs } = this.#prepared.plan.policies;
    if (this.#live.size > 0) this.#grace = this.#host.clock.timer(gracePeriodMs, () => this.#giveUp());
    this.#controller.abort(new CancelledError(`Cannot go on with execution "${this.executionId}": ${reason}`));
  }

  #giveUp(): void {
    let abandoned = 0;
    for (const [step, live] of this.#live) {
      if (live.running === undefined) continue;
      live.running.abandon();
      live.running = undefined;
      abandoned++;
      const stepId = this.#prepared.plan.steps[step]?.id ?? "";
      this.#record({ type: "step.cancelled", stepId, forced: true });
    }
    this.#advance();
    for (; abandoned > 0; abandoned--) this.#host.release(this);
  }

  #end(lost?: unknown): void {
    this.#deadline?.[Symbol.dispose]();
    this.#grace?.[Symbol.dispose]();
    for (const { backoff } of this.#live.values()) backoff?.[Symbol.dispose]();
    this.#live.clear();
    this.#host.ended(this, lost);
  }

  #indexOf(stepId: string): number {
    return this.#prepared.plan.indexOf.get(stepId) ?? -1;
  }
}
