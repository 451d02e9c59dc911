import type { JsonValue } from "../json.ts";
import type { Batch, Delivery } from "../journal/journal.ts";
import type { CancelSource } from "../resilience/cancellation.ts";
import type { ExecutionTrace } from "../telemetry.ts";
import { batchOf } from "./batch-of.ts";
import { changedVersions } from "./changed-versions.ts";
import { BudgetMeter } from "./budget-meter.ts";
import { decide } from "./decide.ts";
import { errorRecord } from "./error-record.ts";
import type { CreatedEvent, ExecutionEvent, JournalEntry } from "./events.ts";
import { fold } from "./fold.ts";
import { hideIn } from "./hide-secrets.ts";
import type { Host } from "./host.ts";
import type { PreparedWorkflow } from "./prepare.ts";
import type { ReuseIndex } from "./reuse-index.ts";
import type { InterpreterOptions } from "./interpreter-options.ts";
import { RunClock } from "./run-clock.ts";
import type { RunCore } from "./run-core.ts";
import type { AttemptOutcome } from "./settle-attempt.ts";
import { initialState, isTerminal, type ExecutionState, type MutableExecutionState } from "./state.ts";
import type { Seat } from "./seat.ts";
import { Stop, whyAborted } from "./stop.ts";
import { Units } from "./units.ts";

/**
 * Runs one execution: turns what happens into events, folds them, and has its host carry out what the core decides. All
 * changes of state go through `record`. What happens at one moment, and all that follows from it, is one turn, and
 * committed as one batch; only then is anything done that others can see.
 */
export class Interpreter implements RunCore {
  readonly executionId: string;
  readonly origin: number;
  readonly prepared: PreparedWorkflow;
  readonly trace: ExecutionTrace | undefined;
  readonly host: Host<RunCore>;
  readonly meter: BudgetMeter;
  readonly reuse: Pick<ReuseIndex, "find"> | undefined;
  /** Its host's. */
  seat: Seat<Interpreter> | undefined = undefined;
  readonly #state: MutableExecutionState;
  readonly #units: Units;
  readonly #stop: Stop;
  readonly #clock: RunClock;
  #fence = 0;
  #isOpen = false;
  #isLost = false;
  #hasEnded = false;
  #isInTurn = false;
  /** When the turn began, or its batch was kept: when all that it records and starts happens. */
  turnMs = 0;
  #batch: JournalEntry[] = [];
  #consumed: number[] = [];
  #batchesOnTheWay = 0;
  /** Why an earlier process told running steps to stop. */
  #leftStopping: string | undefined;

  constructor({ prepared, host, executionId, trace, parent, restored, reuse }: InterpreterOptions) {
    this.executionId = executionId;
    this.prepared = prepared;
    this.host = host;
    this.trace = trace;
    this.reuse = reuse;
    this.#state = restored ?? initialState(prepared.plan, executionId);
    const { clock } = host;
    const sinceCreated = restored === undefined ? 0 : Math.max(restored.elapsedMs, clock.wall() - restored.createdAt);
    this.origin = clock.now() - sinceCreated;
    this.meter = new BudgetMeter(prepared.plan.policies.budget, parent?.meter, this.#state.usage, this);
    this.#units = new Units(this);
    this.#stop = new Stop(this, this.#units);
    this.#clock = new RunClock(this);
  }

  get state(): ExecutionState {
    return this.#state;
  }

  get nowMs(): number {
    return this.host.clock.now() - this.origin;
  }

  get isOver(): boolean {
    return this.#isLost || isTerminal(this.#state.status);
  }

  get cancelSteps(): CancelSource {
    return this.#stop.steps;
  }

  get cancelAll(): CancelSource {
    return this.#stop.all;
  }

  /**
   * Records that the execution exists, and unless somebody else may turn out to have made it, the start of its first steps.
   * Nothing is done before {@link go}.
   */
  create(created: CreatedEvent, reused: readonly ExecutionEvent[], mayExist: boolean): Batch {
    this.turnMs = this.nowMs;
    this.#isOpen = !mayExist;
    this.#isInTurn = true;
    this.record(created);
    for (const event of reused) this.record(event);
    this.#decide();
    this.#isInTurn = false;
    return this.#takeBatch();
  }

  /** Sets the execution going once its record is kept. */
  go(fence: number, { entries }: Batch): void {
    this.#fence = fence;
    this.#isOpen = true;
    this.#reactNow(entries);
    this.turn();
  }

  /** Gives back what {@link create} took: nobody keeps the record. */
  discard(): void {
    this.#hasEnded = true;
    this.#units.drop();
  }

  /** Goes on where an earlier process stopped, knowing what was asked of the execution since. */
  resume(fence: number, messages: readonly Delivery[] = []): void {
    this.#fence = fence;
    this.#isOpen = true;
    this.#leftStopping = whyAborted(this.#state);
    this.turn(() => {
      const downtimeMs = Math.max(0, this.nowMs - this.#state.elapsedMs);
      const agents = changedVersions(this.prepared.agents, this.#state.agents);
      this.record({ type: "execution.resumed", downtimeMs, ...(agents !== undefined && { agents }) });
      for (const { message, deliveryId } of messages) {
        if (message.kind === "cancel") this.cancel(message.reason, deliveryId);
        else this.signalReceived(message.name, message.payload, deliveryId);
      }
      this.#units.takeOver();
    });
  }

  begin(unit: number): void {
    if (this.#isInTurn) this.#units.begin(unit);
    else this.#beginInTurn(unit);
  }

  settle(unit: number, outcome: AttemptOutcome, notes: readonly ExecutionEvent[]): void {
    if (!this.isOver) this.turn(() => this.#units.settle(unit, outcome, notes));
  }

  note(event: ExecutionEvent): void {
    if (!this.isOver) this.turn(() => this.record(event));
  }

  fail(error: Error): void {
    if (this.isOver) return;
    if (this.#state.stopping !== undefined) return this.#stop.abort(error.message);
    this.turn(() => this.record({ type: "execution.failing", error: errorRecord(error, false) }));
  }

  /** On its own, as what gives a function to a later one is here: it takes memory from its first line on. */
  #beginInTurn(unit: number): void {
    this.turn(() => this.#units.begin(unit));
  }

  /** Stops the execution. Does nothing to one that has ended or is already stopping, but that draining turns into aborting. */
  cancel(reason: string, deliveryId?: number): void {
    if (this.isOver) return;
    if (deliveryId !== undefined) this.#consumed.push(deliveryId);
    if (this.#state.stopping !== undefined) this.#stop.abort(reason);
    this.turn(() => {
      if (this.#state.stopping === undefined) this.record({ type: "execution.cancelling", reason });
    });
  }

  /** Keeps a signal for the step that waits for it, now or later. Returns whether the execution still runs. */
  signalReceived(name: string, payload: JsonValue, deliveryId?: number): boolean {
    if (this.isOver) return false;
    if (deliveryId !== undefined) this.#consumed.push(deliveryId);
    this.turn(() => this.record({ type: "signal.received", name, payload }));
    return true;
  }

  /** Without its record an execution cannot go on: running steps are told to stop and whoever waits is told why. */
  lose(error: unknown): void {
    if (this.#isLost || this.#hasEnded) return;
    this.#isLost = true;
    this.#stop.loseAll(error);
    this.#end(error);
  }

  /** Makes sure that nobody else goes on with it: the journal would refuse even an empty batch. One on its way tells, too. */
  confirm(): void {
    if (this.#fence !== 0 && this.#batchesOnTheWay === 0 && !this.isOver) this.#commitBatch();
  }

  turn(work?: () => void): void {
    if (this.#isInTurn) return work?.();
    this.#isInTurn = true;
    this.turnMs = this.nowMs;
    try {
      work?.();
      this.#decide();
    } finally {
      this.#isInTurn = false;
    }
    this.#commit();
  }

  record(happened: ExecutionEvent): void {
    const { executionId } = this;
    const event = this.host.mask.isEmpty ? happened : hideIn(happened, this.host.mask);
    const entry = { executionId, sequence: this.#state.sequence + 1, elapsedMs: this.turnMs, event };
    fold(this.#state, entry);
    this.#batch.push(entry);
    if (event.type === "step.ready" || event.type === "compensation.started") this.#units.addReadyOf(event);
  }

  #decide(): void {
    do {
      for (let events = decide(this.#state); events.length > 0; events = decide(this.#state)) {
        for (const event of events) this.record(event);
      }
    } while (this.#isOpen && this.#units.startReady());
  }

  #commit(): void {
    // Until its creation is kept an execution has no fence, and what happens waits for it.
    if (this.#fence !== 0 && this.#batch.length + this.#consumed.length > 0) this.#commitBatch();
  }

  #commitBatch(): void {
    const batch = this.#takeBatch();
    try {
      const committed = this.host.commit(this, batch);
      if (committed !== undefined) return this.#reactOnce(committed, batch.entries);
    } catch (error) {
      return this.lose(error);
    }
    this.#react(batch.entries);
  }

  #reactOnce(committed: Promise<void>, entries: readonly JournalEntry[]): void {
    this.#batchesOnTheWay++;
    committed.then(() => this.#reactNow(entries, 1)).catch((error: unknown) => this.lose(error));
  }

  #reactNow(entries: readonly JournalEntry[], arrived = 0): void {
    this.#batchesOnTheWay -= arrived;
    this.turnMs = this.nowMs;
    this.#react(entries);
  }

  #takeBatch(): Batch {
    const entries = this.#batch;
    const consumed = this.#consumed;
    this.#batch = [];
    if (consumed.length > 0) this.#consumed = [];
    const shown = this.prepared.redactor.entries(entries);
    return batchOf(this.#state, { fence: this.#fence, entries, shown, consumed });
  }

  #react(entries: readonly JournalEntry[]): void {
    if (this.#isLost) return;
    for (const entry of entries) {
      this.trace?.record(entry);
      this.#reactTo(entry.event);
    }
    if (!this.#hasEnded) this.#clock.follow();
  }

  #reactTo(event: ExecutionEvent): void {
    switch (event.type) {
      case "execution.resumed":
        this.#units.rearm();
        if (this.#leftStopping !== undefined) this.#stop.abort(this.#leftStopping);
        return;
      case "execution.failing":
        if (this.prepared.plan.policies.onFailure === "abort" || event.stepId === undefined) {
          this.#stop.abort(`another step of the execution failed: ${event.error.message}`);
        }
        return;
      case "execution.cancelling":
        return this.#stop.abort(event.reason);
      case "execution.completed":
      case "execution.failed":
      case "execution.cancelled":
        return this.#end();
      default:
        this.#units.react(event);
    }
  }

  #end(lost?: unknown): void {
    this.#hasEnded = true;
    this.#clock[Symbol.dispose]();
    this.#stop[Symbol.dispose]();
    this.#units.drop();
    this.host.ended(this, lost);
  }
}
