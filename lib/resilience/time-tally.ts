import type { Clock } from "../clock.ts";
import type { Tally } from "./tally.ts";
import { type BucketSnapshot, bucketCount, type WindowSnapshot } from "./window-snapshot.ts";
import type { TimeWindow } from "./window-settings.ts";

/** The calls of one tenth of the window. */
interface Bucket {
  calls: number;
  failures: number;
  slow: number;
}

/**
 * The calls of the latest time, as a ring of buckets. Each bucket stands for a period of the clock, so however long nobody
 * called, what is too old is gone before anything is counted.
 */
export class TimeTally implements Tally {
  readonly #window: TimeWindow;
  readonly #clock: Clock;
  readonly #buckets: readonly Bucket[] = Array.from({ length: bucketCount }, emptyBucket);
  readonly #total = emptyBucket();
  /** The period that the newest bucket stands for, in bucket lengths since the clock's origin. */
  #period = -Infinity;
  #newest = 0;

  constructor(window: TimeWindow, clock: Clock) {
    this.#window = window;
    this.#clock = clock;
  }

  succeed(admittedAt: number): boolean {
    return this.#count(admittedAt, 0);
  }

  fail(admittedAt: number): boolean {
    return this.#count(admittedAt, 1);
  }

  clear(): void {
    for (const bucket of this.#buckets) this.#empty(bucket);
  }

  snapshot(): WindowSnapshot {
    this.#rotate(this.#clock.now());
    const oldest = this.#newest + 1;
    const inOrder = [...this.#buckets.slice(oldest), ...this.#buckets.slice(0, oldest)];
    const buckets = inOrder.map(({ calls, failures, slow }): BucketSnapshot => [calls, failures, slow]);
    return { kind: "time", duration: this.#window.duration, buckets };
  }

  restore(saved: WindowSnapshot, age: number): void {
    if (saved.kind !== "time" || saved.duration !== this.#window.duration) return;
    this.#rotate(this.#clock.now() - age);
    for (const [back, [calls, failures, slow]] of saved.buckets.toReversed().entries()) {
      this.#add((this.#newest - back + bucketCount) % bucketCount, calls, failures, slow);
    }
  }

  #count(admittedAt: number, failure: 0 | 1): boolean {
    const { slowCall, failureRate, minimumCalls } = this.#window;
    const now = this.#clock.now();
    const slow = slowCall !== undefined && now - admittedAt > slowCall.duration ? 1 : 0;
    this.#rotate(now);
    this.#add(this.#newest, 1, failure, slow);
    const { calls, failures, slow: slowCalls } = this.#total;
    if ((failure === 0 && slow === 0) || calls < minimumCalls) return false;
    return failures / calls >= failureRate || (slowCall !== undefined && slowCalls / calls >= slowCall.rate);
  }

  /** Goes on to the period of `now`, and empties one bucket for each period that has begun since. */
  #rotate(now: number): void {
    const period = Math.floor((now * bucketCount) / this.#window.duration);
    const passed = Math.min(period - this.#period, bucketCount);
    for (let step = 0; step < passed; step++) {
      this.#newest = (this.#newest + 1) % bucketCount;
      this.#empty(this.#buckets[this.#newest]);
    }
    if (passed > 0) this.#period = period;
  }

  #add(index: number, calls: number, failures: number, slow: number): void {
    const bucket = this.#buckets[index];
    if (bucket === undefined) return;
    bucket.calls += calls;
    bucket.failures += failures;
    bucket.slow += slow;
    this.#total.calls += calls;
    this.#total.failures += failures;
    this.#total.slow += slow;
  }

  #empty(bucket: Bucket | undefined): void {
    if (bucket === undefined) return;
    this.#total.calls -= bucket.calls;
    this.#total.failures -= bucket.failures;
    this.#total.slow -= bucket.slow;
    bucket.calls = 0;
    bucket.failures = 0;
    bucket.slow = 0;
  }
}

function emptyBucket(): Bucket {
  return { calls: 0, failures: 0, slow: 0 };
}
