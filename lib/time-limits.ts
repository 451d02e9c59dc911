import type { Clock } from "./clock.ts";
import { type DeadlineQueue, deadlineQueue, type Timed } from "./resilience/deadline-queue.ts";
import { Linked } from "./resilience/linked-list.ts";

/** Lengths that share a timer each. A limit of yet another one has its own. */
const maxQueues = 64;

/**
 * Any number of time limits of a few lengths, most of which are never reached: those of one length wait behind one timer of
 * the clock, because a runtime takes longer to set a timer than most of what is limited does to end.
 */
export class TimeLimits {
  readonly #clock: Clock;
  readonly #queues = new Map<number, CountedQueue>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `expire` once after `ms`, unless disposed before. */
  start(ms: number, expire: () => void): Disposable {
    const queue = this.#queueOf(ms);
    if (queue === undefined) return this.#clock.timer(ms, expire);
    const limit = new TimeLimit(this.#clock.now() + ms, expire, queue);
    queue.limits.add(limit);
    queue.waiting++;
    return limit;
  }

  #queueOf(ms: number): CountedQueue | undefined {
    const known = this.#queues.get(ms);
    if (known !== undefined || !this.#makesRoom()) return known;
    const queue = { limits: deadlineQueue(this.#clock, ms, false), waiting: 0 };
    this.#queues.set(ms, queue);
    return queue;
  }

  /** Whether there is room for a queue, perhaps in place of one that nothing waits in. */
  #makesRoom(): boolean {
    if (this.#queues.size < maxQueues) return true;
    for (const [ms, queue] of this.#queues) if (queue.waiting === 0) return this.#queues.delete(ms);
    return false;
  }
}

interface CountedQueue {
  readonly limits: DeadlineQueue;
  waiting: number;
}

class TimeLimit extends Linked implements Timed, Disposable {
  readonly startedAt = 0;
  readonly deadline: number;
  readonly timer = undefined;
  readonly #expire: () => void;
  readonly #queue: CountedQueue;

  constructor(deadline: number, expire: () => void, queue: CountedQueue) {
    super();
    this.deadline = deadline;
    this.#expire = expire;
    this.#queue = queue;
  }

  expire(): void {
    this.#queue.waiting--;
    this.#expire();
  }

  [Symbol.dispose](): void {
    // It has left the queue when it expired, or was disposed before.
    if (this.next === this) return;
    this.#queue.waiting--;
    this.#queue.limits.remove(this);
  }
}
