import type { LiveUnit } from "./live-unit.ts";
import type { RunCore } from "./run-core.ts";
import { endWait } from "./waits.ts";

/** What units wait for by time: the next attempt, the next iteration, the end of a wait. */
export class UnitTimers {
  readonly #run: RunCore;
  readonly #liveOf: (unit: number) => LiveUnit;
  readonly #enqueue: (unit: number) => void;

  constructor(run: RunCore, liveOf: (unit: number) => LiveUnit, enqueue: (unit: number) => void) {
    this.#run = run;
    this.#liveOf = liveOf;
    this.#enqueue = enqueue;
  }

  /** For the attempt or iteration that comes next, or for the end of a wait, if it ends by itself. */
  arm(unit: number): void {
    const run = this.#run;
    const current = run.state.units[unit];
    if (current?.status === "retrying" || current?.status === "repeating") {
      const delayMs = Math.max(0, current.wakeMs - run.nowMs);
      this.#set(
        unit,
        run.host.clock.timer(delayMs, () => this.#enqueue(unit)),
      );
    } else if (current?.status === "waiting" && current.wakeAt !== undefined) {
      this.#set(
        unit,
        run.host.wake(current.wakeAt, () => run.turn(() => this.#endWait(unit))),
      );
    }
  }

  #set(unit: number, timer: Disposable): void {
    const live = this.#liveOf(unit);
    live.timer?.[Symbol.dispose]();
    live.timer = timer;
  }

  #endWait(unit: number): void {
    const run = this.#run;
    const planned = run.prepared.plan.steps[unit];
    const current = run.state.units[unit];
    if (planned === undefined || current?.status !== "waiting" || run.isOver) return;
    run.record(endWait(planned, current, run.nowMs));
  }
}
