import { type Clock, systemClock } from "../clock.ts";
import { RateLimitError } from "../errors.ts";
import { deadlinePassed } from "./call.ts";
import { type Gate, type GatedCall, gatePolicy } from "./gate.ts";
import { Gcra, type Pace } from "./gcra.ts";
import { Line, type Place } from "./line.ts";
import { type Listener, notify } from "./listener.ts";
import type { Policy } from "./policy.ts";
import { requireNumber } from "./require-number.ts";

/** Durations in milliseconds. */
export interface RateLimiterOptions {
  /** How many calls may come in the time of `per`, on average. */
  readonly limit: number;
  readonly per: number;
  /** How many may come at once after a rest, default `limit`. 1 keeps them `per / limit` apart. */
  readonly burst?: number;
  /** What happens to a call that comes too soon: `reject` (default) refuses it, `wait` makes it wait its turn. */
  readonly onLimit?: "reject" | "wait";
  /** A call that would have to wait longer is refused, default as long as its deadline allows. `wait` only. */
  readonly maxWait?: number;
  /** From how many keys on a new one makes the limiter forget another, which may then burst again; default 10,000. */
  readonly maxKeys?: number;
  readonly clock?: Clock;
  readonly on?: Listener<RateLimitEvent>;
}

export interface RateLimitEvent {
  /** A call was refused, or has begun to wait. */
  readonly type: "reject" | "wait";
  readonly key: string | undefined;
  /** Milliseconds until the call could be, or will be, let through. */
  readonly delay: number;
}

/**
 * Lets calls through at a rate, for each `context.key` on its own; calls without one share a rate. What comes too soon is
 * refused with a `RateLimitError` that knows when to come again, or waits in line.
 *
 * In no stretch of time do more than `burst` calls begin, plus those that the rate allows in it. A call that is cancelled
 * while it waits uses up nothing: those behind it move up.
 */
export function rateLimiter(options: RateLimiterOptions): Policy {
  return gatePolicy(new Limiter(options));
}

/** The calls that wait under one key, and the timer for the first of them. */
interface Lane {
  readonly line: Line<GatedCall>;
  timer: Disposable | undefined;
}

class Limiter implements Gate {
  readonly #pace: Pace;
  readonly #maxWait: number;
  readonly #clock: Clock;
  readonly #on: Listener<RateLimitEvent> | undefined;
  readonly #gcra: Gcra;
  /** Only keys for which somebody waits. */
  readonly #lanes = new Map<string, Lane>();

  constructor(options: RateLimiterOptions) {
    const { limit, per, burst = limit, onLimit = "reject", maxWait = Infinity, maxKeys = 10_000 } = options;
    requireNumber("rateLimiter", "limit", limit, { min: 1, integer: true });
    requireNumber("rateLimiter", "per", per, { min: 0, above: true, max: Number.MAX_SAFE_INTEGER });
    requireNumber("rateLimiter", "burst", burst, { min: 1, integer: true });
    requireNumber("rateLimiter", "maxWait", maxWait, { min: 0, above: true });
    requireNumber("rateLimiter", "maxKeys", maxKeys, { min: 1 });
    if (onLimit !== "reject" && onLimit !== "wait") {
      throw new TypeError('Cannot create rateLimiter: onLimit must be "reject" or "wait"');
    }
    this.#pace = { limit, per, burst };
    this.#maxWait = onLimit === "wait" ? maxWait : 0;
    this.#clock = options.clock ?? systemClock;
    this.#on = options.on;
    this.#gcra = new Gcra(this.#pace, maxKeys);
  }

  enter(call: GatedCall): void {
    const { key = "", deadline } = call.context;
    const now = this.#clock.now();
    if (deadline <= now) return call.refuse(deadlinePassed());
    const lane = this.#lanes.get(key);
    const delay = this.#gcra.delay(key, now, lane?.line.length ?? 0);
    if (delay === 0 && lane === undefined) {
      this.#gcra.take(key, now);
      return call.pass();
    }
    if (delay > this.#maxWait || delay >= deadline - now) return this.#refuse(call, delay);
    call.place = (lane ?? this.#openLane(key, delay)).line.join(call);
    this.#tell("wait", call, delay);
  }

  leave(call: GatedCall, place: Place<GatedCall>): void {
    const { key = "" } = call.context;
    const lane = this.#lanes.get(key);
    call.place = undefined;
    if (lane === undefined) return;
    lane.line.leave(place);
    if (lane.line.length > 0) return;
    lane.timer?.[Symbol.dispose]();
    this.#lanes.delete(key);
  }

  /** Only beginnings count. */
  settled(): void {}

  #openLane(key: string, delay: number): Lane {
    const lane: Lane = { line: new Line(), timer: undefined };
    this.#lanes.set(key, lane);
    this.#arm(key, lane, delay);
    return lane;
  }

  #arm(key: string, lane: Lane, delay: number): void {
    lane.timer = this.#clock.timer(Math.ceil(delay), () => this.#advance(key, lane));
  }

  /** Takes those out of line whose turn it is, before any of them runs: what runs may call back, or cancel others. */
  #advance(key: string, lane: Lane): void {
    const now = this.#clock.now();
    const admitted: GatedCall[] = [];
    let delay = this.#gcra.delay(key, now, 0);
    for (; delay === 0 && lane.line.length > 0; delay = this.#gcra.delay(key, now, 0)) {
      const place = lane.line.shift();
      if (place === undefined) break;
      place.waiter.place = undefined;
      this.#gcra.take(key, now);
      admitted.push(place.waiter);
    }
    if (lane.line.length > 0) this.#arm(key, lane, delay);
    else this.#lanes.delete(key);
    for (const call of admitted) call.pass();
  }

  #refuse(call: GatedCall, delay: number): void {
    const { key, attempt } = call.context;
    const { limit, per } = this.#pace;
    this.#tell("reject", call, delay);
    const callee = key === undefined ? "operation" : `"${key}"`;
    const state = `its rate of ${limit} calls per ${per} ms is used up for another ${Math.ceil(delay)} ms`;
    const message = `Cannot call ${callee}: ${state}`;
    call.refuse(new RateLimitError(message, { retryAfter: delay, attempts: attempt - 1 }));
  }

  #tell(type: RateLimitEvent["type"], { context }: GatedCall, delay: number): void {
    if (this.#on !== undefined) notify(this.#on, { type, key: context.key, delay });
  }
}
