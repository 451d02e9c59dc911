import type { Scope } from "../expression/evaluate.ts";
import { errorRecord } from "./error-record.ts";
import type { ExecutionEvent, UnitAddress } from "./events.ts";
import { failStep } from "./fail-step.ts";
import { interruptRunning } from "./interrupt.ts";
import type { RunCore } from "./run-core.ts";
import { isMapped, Items } from "./items.ts";
import { callOf, LiveUnits, mayStart, type LiveUnit } from "./live-unit.ts";
import type { PreparedCall } from "./prepare.ts";
import { resolveCall, type ResolvedCall } from "./resolve-step.ts";
import { executionScope } from "./scope.ts";
import { settleAttempt, type AttemptOutcome } from "./settle-attempt.ts";
import type { PlannedStep } from "./plan.ts";
import type { Wait } from "../workflow.ts";
import type { StepState } from "./state.ts";
import { addressOf, isCompensation, itemOf, stepOf, unitOf } from "./unit-address.ts";
import { attemptStarted, failUnit, reuseUnit } from "./unit-end.ts";
import { UnitTimers } from "./unit-timers.ts";
import { startWait } from "./waits.ts";

/** The units of one execution that have started and not ended, and what this process does for them. */
export class Units {
  readonly #run: RunCore;
  readonly #live = new LiveUnits();
  readonly #items: Items;
  /** What every unit sees that is no item. */
  readonly #scope: Scope;
  readonly #timers: UnitTimers;
  #ready: number[] = [];
  /** Units whose children an earlier process started. */
  #inherited: readonly number[] = [];

  constructor(run: RunCore) {
    this.#run = run;
    this.#items = new Items(run.state);
    this.#scope = executionScope(run.state);
    this.#timers = new UnitTimers(
      run,
      (unit) => this.#live.of(unit),
      (unit) => this.#enqueue(unit),
    );
  }

  get isAnyRunning(): boolean {
    return this.#live.isAnyRunning;
  }

  callOf(unit: number): PreparedCall | undefined {
    return callOf(this.#run.prepared, this.#run.state, unit);
  }

  addReadyOf({ type, stepId }: Extract<ExecutionEvent, { type: "step.ready" | "compensation.started" }>): void {
    const { plan, compensations } = this.#run.state;
    const step = plan.indexOf.get(stepId) ?? -1;
    this.#ready.push(type === "step.ready" ? step : (compensations.get(step) ?? -1));
  }

  /** Starts, or puts in line, the units that became ready. Returns whether there were any. */
  startReady(): boolean {
    if (this.#ready.length === 0) return false;
    const ready = this.#ready;
    this.#ready = [];
    for (const unit of ready) this.#startUnit(unit);
    return true;
  }

  /** Starts an attempt of a unit that may have one. Records why not, if its input has no value. */
  begin(unit: number, hasSlot: boolean): boolean {
    const run = this.#run;
    const before = run.state.units[unit];
    const call = this.callOf(unit);
    if (run.isOver || before === undefined || call === undefined || !mayStart(run.state, unit)) return false;
    this.#ensureStarted();
    const live = this.#resolve(unit, before, call);
    if (live?.resolved === undefined || this.#reuse(unit, call, live.resolved)) return false;
    // Taking a call may stop the run, through a budget that it shares.
    const isPaid = call.isChild || run.meter.takeCall(isCompensation(run.state, unit));
    if (!isPaid || !mayStart(run.state, unit)) return false;
    live.hasSlot = hasSlot;
    const attempt = "attempt" in before ? before.attempt : 1;
    run.record(attemptStarted(addressOf(run.state, unit), attempt));
    return true;
  }

  settle(unit: number, outcome: AttemptOutcome, notes: readonly ExecutionEvent[]): void {
    const run = this.#run;
    const live = this.#live.get(unit);
    const progress = run.state.units[unit];
    const call = this.callOf(unit);
    if (live?.running === undefined || progress?.status !== "running" || call === undefined) return;
    live.running = undefined;
    for (const note of notes) run.record(note);
    const address = addressOf(run.state, unit);
    const { planned, retry } = call;
    const { startedMs, local } = live;
    const facts = { planned, address, progress, startedMs, nowMs: run.nowMs, outcome, retry, local };
    for (const event of settleAttempt(run.state, facts)) run.record(event);
    // What a child used up was counted while it ran.
    if (outcome.ok && outcome.usage !== undefined && !call.isChild) run.meter.spend(outcome.usage);
    this.#release(live);
    const { status } = run.state.units[unit] ?? {};
    if (status !== "retrying" && status !== "repeating") this.#forget(unit);
  }

  /** Does what a committed event asks for. */
  react(event: ExecutionEvent): void {
    switch (event.type) {
      case "attempt.started":
        return this.#startAttempt(this.#unitOf(event));
      case "retry.scheduled":
      case "iteration.completed":
        return this.#timers.armNext(this.#unitOf(event));
      case "wait.started":
        return this.#timers.armWake(this.#unitOf(event));
      case "step.completed":
      case "step.failed":
      case "step.cancelled":
      case "item.cancelled":
        return this.#live.dispose(this.#unitOf(event));
      default:
    }
  }

  /** Takes over from an earlier process: what it had in line, and what was in flight when it ended. */
  takeOver(): void {
    for (const [unit, { status }] of this.#run.state.units.entries()) if (status === "ready") this.#ready.push(unit);
    this.#inherited = interruptRunning(this.#run, (unit) => this.callOf(unit));
  }

  /** Makes again what the process before had: timers, places in line, the children that ran. */
  rearm(): void {
    for (const [unit, { status }] of this.#run.state.units.entries()) {
      if (status === "retrying" || status === "repeating") this.#timers.armNext(unit);
      else if (status === "waiting") this.#timers.armWake(unit);
      else if (status === "mapping") this.#startItems(unit);
    }
    for (const unit of this.#inherited) this.#startAttempt(unit);
  }

  /** Waits no longer for running steps, and gives them. */
  abandonSteps(): readonly number[] {
    const abandoned: number[] = [];
    for (const [unit, live] of this.#live.entries()) {
      if (live.running === undefined || isCompensation(this.#run.state, unit)) continue;
      live.running.abandon();
      live.running = undefined;
      this.#release(live);
      abandoned.push(unit);
    }
    return abandoned;
  }

  /** The execution is over here. */
  drop(): void {
    for (const unit of this.#live.clear()) {
      unit.timer?.[Symbol.dispose]();
      unit.running?.abandon();
      this.#release(unit);
    }
  }

  #startUnit(unit: number): void {
    const { state, prepared } = this.#run;
    const planned = prepared.plan.steps[stepOf(state, unit)];
    if (planned === undefined || !mayStart(state, unit)) return;
    if (planned.step.kind === "wait") return this.#startWait(planned, planned.step.wait);
    if (unit === planned.index && isMapped(planned)) return this.#expand(unit);
    this.#enqueue(unit);
  }

  #enqueue(unit: number): void {
    const run = this.#run;
    if (this.callOf(unit)?.isChild === true) run.turn(() => void this.begin(unit, false));
    else run.host.enqueue(run, unit);
  }

  #startWait(planned: PlannedStep, wait: Wait): void {
    const run = this.#run;
    this.#ensureStarted();
    run.record(startWait(run.state, planned, wait, run.host.clock.wall()));
  }

  #expand(step: number): void {
    const run = this.#run;
    const planned = run.prepared.plan.steps[step];
    if (planned === undefined) return;
    this.#ensureStarted();
    try {
      run.record({ type: "step.expanded", stepId: planned.id, items: this.#items.of(planned).length });
    } catch (error) {
      run.record(failStep(planned, errorRecord(error, false, 0), 0, 0));
    }
    this.#startItems(step);
  }

  #startItems(step: number): void {
    const planned = this.#run.prepared.plan.steps[step];
    if (planned === undefined) return;
    for (const unit of this.#items.start(planned)) this.#enqueue(unit);
  }

  /** What the unit takes from the execution's data, looked at once, when it first starts. */
  #resolve(unit: number, before: StepState, call: PreparedCall): LiveUnit | undefined {
    const run = this.#run;
    const live = this.#live.of(unit);
    const address = addressOf(run.state, unit);
    const { stepId, item, compensating } = address;
    try {
      if (item !== undefined) live.local ??= this.#items.scopeOf(call.planned, item);
      live.resolved ??= resolveCall(call, this.#scopeOf(live));
    } catch (error) {
      run.record(failUnit(call.planned, address, errorRecord(error, false, 0), 0, 0));
      this.#forget(unit);
      return undefined;
    }
    const { input } = live.resolved;
    if (before.status === "pending" && item !== undefined) run.record({ type: "item.started", stepId, item, input });
    else if (before.status === "ready" && !compensating) run.record({ type: "step.started", stepId, input });
    return live;
  }

  #reuse(unit: number, call: PreparedCall, resolved: ResolvedCall): boolean {
    const run = this.#run;
    const reusable = isCompensation(run.state, unit) ? undefined : run.reuse?.find(call, resolved);
    if (reusable === undefined) return false;
    run.record(reuseUnit(addressOf(run.state, unit), reusable));
    this.#forget(unit);
    return true;
  }

  #startAttempt(unit: number): void {
    const run = this.#run;
    const current = run.state.units[unit];
    const prepared = this.callOf(unit);
    if (prepared === undefined || current?.status !== "running" || this.#live.get(unit)?.running !== undefined) return;
    const live = this.#live.of(unit);
    const address = addressOf(run.state, unit);
    // A child that runs already is found again, under the same call.
    if (address.item !== undefined) live.local ??= this.#items.scopeOf(prepared.planned, address.item);
    live.resolved ??= resolveCall(prepared, this.#scopeOf(live));
    live.startedMs = run.nowMs;
    const { attempt, iteration, tryingSinceMs, pausedMs } = current;
    const deadline = run.origin + tryingSinceMs + pausedMs + prepared.planned.policies.retry.maxElapsedMs;
    const cancel = address.compensating ? run.cancelAll : run.cancelSteps;
    const { correlationId } = run.state;
    const { input, config, idempotencyKey, key } = live.resolved;
    live.running = run.host.attempt(run, {
      unit,
      address,
      prepared,
      attempt,
      iteration,
      input,
      config,
      idempotencyKey,
      key,
      deadline,
      cancel,
      correlationId,
    });
  }

  #ensureStarted(): void {
    if (this.#run.state.status === "queued") this.#run.record({ type: "execution.started" });
  }

  #unitOf(address: UnitAddress): number {
    return unitOf(this.#run.state, address) ?? -1;
  }

  #scopeOf({ local }: LiveUnit): Scope {
    return local === undefined ? this.#scope : executionScope(this.#run.state, local);
  }

  #release(live: LiveUnit): void {
    if (!live.hasSlot) return;
    live.hasSlot = false;
    this.#run.host.release(this.#run);
  }

  #forget(unit: number): void {
    this.#live.delete(unit);
    const { state, prepared } = this.#run;
    const planned = itemOf(state, unit) === undefined ? undefined : prepared.plan.steps[stepOf(state, unit)];
    if (planned === undefined) return;
    this.#items.ended(planned);
    this.#startItems(planned.index);
  }
}
