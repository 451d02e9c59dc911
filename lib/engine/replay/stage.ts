import type { Batch } from "../../journal/journal.ts";
import type { AttemptRequest, Host, RunningAttempt } from "../host.ts";
import type { JournalEntry } from "../events.ts";
import type { Interpreter } from "../interpreter.ts";
import { SecretMask } from "../secret-mask.ts";
import { StageClock } from "./stage-clock.ts";

/** A host on which nothing happens by itself: it keeps what an interpreter asks for until the recording says it happened. */
export class Stage implements Host<Interpreter> {
  readonly clock: StageClock;
  /** What is recorded holds none. */
  readonly mask = new SecretMask();
  /** What the interpreter recorded and nobody has compared yet. */
  readonly produced: JournalEntry[] = [];
  /** Units in line, the first first. */
  readonly #line: number[] = [];
  readonly #running = new Map<number, AttemptRequest>();
  readonly #startsNext: (unit: number) => boolean;

  /** `startsNext` says whether a unit that gets in line is the next that the recording starts: nothing held it up. */
  constructor(createdAt: number, startsNext: (unit: number) => boolean) {
    this.clock = new StageClock(createdAt);
    this.#startsNext = startsNext;
  }

  commit(_run: Interpreter, { entries }: Batch): void {
    this.produced.push(...entries);
  }

  enqueue(run: Interpreter, unit: number): void {
    if (this.#startsNext(unit)) run.begin(unit);
    else this.#line.push(unit);
  }

  release(): void {
    // Slots are not the recording's business: whatever started had one.
  }

  attempt(_run: Interpreter, request: AttemptRequest): RunningAttempt {
    this.#running.set(request.unit, request);
    return { abandon: () => this.#running.delete(request.unit) };
  }

  wake(at: number, fire: () => void): Disposable {
    return this.clock.timer(Math.max(0, at - this.clock.wall()), fire);
  }

  limit(ms: number, expire: () => void): Disposable {
    return this.clock.timer(ms, expire);
  }

  ended(): void {
    this.clear();
  }

  /** The process of the recording ended: nothing of it goes on. */
  clear(): void {
    this.clock.clear();
    this.#line.length = 0;
    this.#running.clear();
  }

  isRunning(unit: number): boolean {
    return this.#running.has(unit);
  }

  settled(unit: number): void {
    this.#running.delete(unit);
  }

  /** Takes a unit out of the line, if it stands in it. */
  takeFromLine(unit: number): boolean {
    const place = this.#line.indexOf(unit);
    if (place < 0) return false;
    this.#line.splice(place, 1);
    return true;
  }
}
