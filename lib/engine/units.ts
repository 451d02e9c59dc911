import type { Scope } from "../expression/evaluate.ts";
import { errorRecord } from "./error-record.ts";
import type { ExecutionEvent, UnitAddress } from "./events.ts";
import { failStep } from "./fail-step.ts";
import { interruptRunning } from "./interrupt.ts";
import type { RunCore } from "./run-core.ts";
import { isMapped, Items } from "./items.ts";
import { callOf, LiveUnits, mayStart, newLiveUnit, runsChild, type LiveUnit } from "./live-unit.ts";
import type { PreparedCall } from "./prepare.ts";
import { resolveCall, type ResolvedCall } from "./resolve-step.ts";
import { executionScope } from "./scope.ts";
import { settleAttempt, type AttemptOutcome } from "./settle-attempt.ts";
import type { PlannedStep } from "./plan.ts";
import type { Wait } from "../workflow.ts";
import { addressOf, isCompensation, itemOf, stepOf, unitOf } from "./unit-address.ts";
import { attemptStarted, failUnit, reuseUnit, unitStarted } from "./unit-end.ts";
import { UnitTimers } from "./unit-timers.ts";
import { startWait } from "./waits.ts";

/** The units of one execution that have started and not ended, and what this process does for them. */
export class Units {
  readonly #run: RunCore;
  readonly #live = new LiveUnits();
  readonly #items: Items;
  /** What every unit sees that is no item. */
  readonly #scope: Scope;
  /** None until a unit has to wait for a time. */
  #timers: UnitTimers | undefined;
  #ready: number[] = [];
  /** Units whose children an earlier process started. */
  #inherited: readonly number[] = [];

  constructor(run: RunCore) {
    this.#run = run;
    this.#items = new Items(run.state);
    this.#scope = executionScope(run.state);
  }

  get isAnyRunning(): boolean {
    return this.#live.isAnyRunning;
  }

  addReadyOf({ type, stepId }: Extract<ExecutionEvent, { type: "step.ready" | "compensation.started" }>): void {
    const { plan, compensations } = this.#run.state;
    const step = plan.indexOf.get(stepId) ?? -1;
    const unit = type === "step.ready" ? step : (compensations?.get(step) ?? -1);
    // Most often it is the only one.
    if (this.#ready.length === 0) this.#ready = [unit];
    else this.#ready.push(unit);
  }

  /** Starts, or puts in line, the units that became ready. Returns whether there were any. */
  startReady(): boolean {
    if (this.#ready.length === 0) return false;
    const ready = this.#ready;
    this.#ready = [];
    for (const unit of ready) this.#startUnit(unit);
    return true;
  }

  /** Starts an attempt, or gives back the slot that it had for it. */
  begin(unit: number): void {
    const run = this.#run;
    if (!this.#tryStart(unit) && !runsChild(run.state, unit)) run.host.release(run);
  }

  /** Starts an attempt of a unit that may have one. Records why not, if its input has no value. */
  #tryStart(unit: number): boolean {
    const run = this.#run;
    const before = run.state.units[unit];
    if (run.isOver || before === undefined || !mayStart(run.state, unit)) return false;
    const live = this.#liveUnit(unit);
    const { address, call } = live;
    if (call === undefined) return false;
    this.#ensureStarted();
    const resolved = this.#resolve(unit, live, call);
    if (resolved === undefined) return false;
    const started = unitStarted(address, before, resolved.input);
    if (started !== undefined) run.record(started);
    if (this.#reuse(unit, live, call, resolved)) return false;
    // Taking a call may stop the run, through a budget that it shares.
    const isPaid = call.isChild || run.meter.takeCall(isCompensation(run.state, unit));
    if (!isPaid || !mayStart(run.state, unit)) return false;
    live.hasSlot = !call.isChild;
    const attempt = "attempt" in before ? before.attempt : 1;
    run.record(attemptStarted(address, attempt));
    return true;
  }

  settle(unit: number, outcome: AttemptOutcome, notes: readonly ExecutionEvent[]): void {
    const run = this.#run;
    const live = this.#live.get(unit);
    const progress = run.state.units[unit];
    if (live?.running === undefined || live.call === undefined || progress?.status !== "running") return;
    live.running = undefined;
    for (const note of notes) run.record(note);
    const { startedMs, local, address, call } = live;
    const { planned, retry } = call;
    const facts = { planned, address, progress, startedMs, nowMs: run.turnMs, outcome, retry, local };
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
      case "wait.started":
        return this.#timing().arm(this.#unitOf(event));
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
    this.#inherited = interruptRunning(this.#run);
  }

  /** Makes again what the process before had: timers, places in line, the children that ran. */
  rearm(): void {
    for (const [unit, { status }] of this.#run.state.units.entries()) {
      if (status === "mapping") this.#startItems(unit);
      else if (status === "retrying" || status === "repeating" || status === "waiting") this.#timing().arm(unit);
    }
    for (const unit of this.#inherited) this.#startAttempt(unit);
  }

  /** Waits no longer for running steps, and gives them. */
  abandonSteps(): readonly number[] {
    const abandoned: number[] = [];
    this.#live.forEach((live, unit) => {
      if (live.running === undefined || isCompensation(this.#run.state, unit)) return;
      live.running.abandon();
      live.running = undefined;
      this.#release(live);
      abandoned.push(unit);
    });
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

  #timing(): UnitTimers {
    return (this.#timers ??= new UnitTimers(
      this.#run,
      (unit) => this.#liveUnit(unit),
      (unit) => this.#enqueue(unit),
    ));
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
    run.host.enqueue(run, unit, !runsChild(run.state, unit));
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

  #liveUnit(unit: number): LiveUnit {
    const known = this.#live.get(unit);
    if (known !== undefined) return known;
    const live = newLiveUnit(addressOf(this.#run.state, unit), callOf(this.#run, unit));
    this.#live.add(unit, live);
    return live;
  }

  /** What the unit takes from the execution's data, looked at once, when it first starts. Undefined when there is none. */
  #resolve(unit: number, live: LiveUnit, call: PreparedCall): ResolvedCall | undefined {
    try {
      return this.#resolved(live, call);
    } catch (error) {
      this.#run.record(failUnit(call.planned, live.address, errorRecord(error, false, 0), 0, 0));
      this.#forget(unit);
      return undefined;
    }
  }

  #resolved(live: LiveUnit, call: PreparedCall): ResolvedCall {
    const { item } = live.address;
    if (item !== undefined) live.local ??= this.#items.scopeOf(call.planned, item);
    return (live.resolved ??= resolveCall(call, this.#scopeOf(live)));
  }

  #reuse(unit: number, { address }: LiveUnit, call: PreparedCall, resolved: ResolvedCall): boolean {
    const run = this.#run;
    const reusable = isCompensation(run.state, unit) ? undefined : run.reuse?.find(call, resolved);
    if (reusable === undefined) return false;
    run.record(reuseUnit(address, reusable));
    this.#forget(unit);
    return true;
  }

  #startAttempt(unit: number): void {
    const run = this.#run;
    const current = run.state.units[unit];
    if (current?.status !== "running") return;
    const live = this.#liveUnit(unit);
    const { address, call } = live;
    if (call === undefined || live.running !== undefined) return;
    // A child that runs already is found again, under the same call.
    const { input, config, idempotencyKey, key } = this.#resolved(live, call);
    live.startedMs = run.turnMs;
    const { attempt, iteration, tryingSinceMs, pausedMs } = current;
    const deadline = run.origin + tryingSinceMs + pausedMs + call.planned.policies.retry.maxElapsedMs;
    const cancel = address.compensating ? run.cancelAll : run.cancelSteps;
    const { correlationId } = run.state;
    live.running = run.host.attempt(run, {
      unit,
      address,
      prepared: call,
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
