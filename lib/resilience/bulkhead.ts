import { maxTimerMs, type Clock, systemClock } from "../clock.ts";
import { BulkheadFullError } from "../errors.ts";
import { deadlinePassed } from "./call.ts";
import { type Gate, type GatedCall, gatePolicy } from "./gate.ts";
import { Line, type Place } from "./line.ts";
import { type Listener, notify } from "./listener.ts";
import { policyObject } from "./policy-object.ts";
import type { Policy } from "./policy.ts";
import { requireNumber } from "./require-number.ts";
import { bulkheadDefaults } from "./seed-defaults.ts";

/** Durations in milliseconds. */
export interface BulkheadOptions {
  /** How many operations may run at once, default 10. */
  readonly maxConcurrent?: number;
  /** How many calls may wait for a place, default 0; `Infinity` for any number. */
  readonly maxQueue?: number;
  /** How long a call may wait before it is refused, default as long as its deadline allows. */
  readonly maxWait?: number;
  readonly clock?: Clock;
  readonly on?: Listener<BulkheadEvent>;
}

export interface BulkheadEvent {
  /** A call was refused, has begun to wait, or has got its place after it waited. */
  readonly type: "reject" | "enqueue" | "dequeue";
  /** Operations that run now, that of this call included. */
  readonly active: number;
  /** Calls that wait now. */
  readonly queued: number;
  /** Milliseconds that this call has waited. */
  readonly waited: number;
}

/** A policy with a memory: all operations under it share its places. */
export interface Bulkhead extends Policy {
  /** Operations that run, those included whose callers have gone. */
  readonly active: number;
  /** Calls that wait. */
  readonly queued: number;
  /** Changes how many may run. More places go to those who wait at once; fewer take effect as operations end. */
  resize(maxConcurrent: number): void;
}

/**
 * Lets so many operations run at once. Further calls wait in line, and are refused with a `BulkheadFullError` when the
 * line is full.
 *
 * A place is held until the operation itself is over, even if a time limit has long answered the caller, and goes straight
 * to the head of the line: nobody overtakes, and who stands in line is not refused for want of room.
 */
export function bulkhead(options: BulkheadOptions = {}): Bulkhead {
  const room = new Room(options);
  return policyObject(gatePolicy(room), {
    get active() {
      return room.active;
    },
    get queued() {
      return room.queued;
    },
    resize: (maxConcurrent: number) => room.resize(maxConcurrent),
  });
}

class Room implements Gate {
  readonly #maxQueue: number;
  readonly #maxWait: number;
  readonly #clock: Clock;
  readonly #on: Listener<BulkheadEvent> | undefined;
  readonly #line = new Line<GatedCall>();
  #maxConcurrent: number;
  #active = 0;

  constructor(options: BulkheadOptions) {
    const { maxConcurrent = bulkheadDefaults.maxConcurrent, maxQueue = 0, maxWait = Infinity } = options;
    requireNumber("bulkhead", "maxConcurrent", maxConcurrent, { min: 1, integer: true });
    if (maxQueue !== Infinity) requireNumber("bulkhead", "maxQueue", maxQueue, { min: 0, integer: true });
    if (maxWait !== Infinity) requireNumber("bulkhead", "maxWait", maxWait, { min: 0, above: true, max: maxTimerMs });
    this.#maxConcurrent = maxConcurrent;
    this.#maxQueue = maxQueue;
    this.#maxWait = maxWait;
    this.#clock = options.clock ?? systemClock;
    this.#on = options.on;
  }

  get active(): number {
    return this.#active;
  }

  get queued(): number {
    return this.#line.length;
  }

  resize(maxConcurrent: number): void {
    if (!Number.isInteger(maxConcurrent) || maxConcurrent < 1) {
      const got = typeof maxConcurrent === "number" ? maxConcurrent : typeof maxConcurrent;
      throw new RangeError(`Cannot resize bulkhead: maxConcurrent must be an integer >= 1, got ${got}`);
    }
    this.#maxConcurrent = maxConcurrent;
    this.#fill();
  }

  enter(call: GatedCall): void {
    const { deadline } = call.context;
    const remaining = deadline === Infinity ? Infinity : deadline - this.#clock.now();
    if (remaining <= 0) return call.refuse(deadlinePassed());
    // Whoever waits has all places taken before, so there is nobody to overtake.
    if (this.#active < this.#maxConcurrent) {
      this.#active++;
      return call.pass();
    }
    if (this.#line.length < this.#maxQueue) return this.#enqueue(call, Math.min(this.#maxWait, remaining));
    const state = `its bulkhead is full with ${this.#active} active and ${this.#line.length} queued`;
    this.#refuse(call, 0, state);
  }

  leave(call: GatedCall, place: Place<GatedCall>): void {
    call.place = undefined;
    this.#line.leave(place);
  }

  settled(): void {
    this.#active--;
    if (this.#line.length > 0) this.#fill();
  }

  #enqueue(call: GatedCall, limit: number): void {
    const place = this.#line.join(call);
    call.place = place;
    if (this.#on !== undefined) place.joinedAt = this.#clock.now();
    if (limit !== Infinity) {
      place.timer = this.#clock.timer(limit, () => {
        this.leave(call, place);
        this.#refuse(call, this.#waited(place), `no place in its bulkhead came free within ${Math.ceil(limit)} ms`);
      });
    }
    this.#tell("enqueue", 0);
  }

  /** Gives the free places away before anything runs: what runs may call back, and must find them taken. */
  #fill(): void {
    const admitted: Place<GatedCall>[] = [];
    while (this.#active < this.#maxConcurrent) {
      const place = this.#line.shift();
      if (place === undefined) break;
      place.waiter.place = undefined;
      this.#active++;
      admitted.push(place);
    }
    for (const place of admitted) {
      this.#tell("dequeue", this.#waited(place));
      place.waiter.pass();
    }
  }

  #waited(place: Place<GatedCall>): number {
    return this.#on === undefined ? 0 : this.#clock.now() - place.joinedAt;
  }

  #refuse(call: GatedCall, waited: number, state: string): void {
    const { key, attempt } = call.context;
    this.#tell("reject", waited);
    const callee = key === undefined ? "operation" : `"${key}"`;
    call.refuse(new BulkheadFullError(`Cannot call ${callee}: ${state}`, { attempts: attempt - 1 }));
  }

  #tell(type: BulkheadEvent["type"], waited: number): void {
    if (this.#on !== undefined) notify(this.#on, { type, active: this.#active, queued: this.#line.length, waited });
  }
}
