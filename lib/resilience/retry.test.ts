import { describe, expect, test } from "bun:test";
import { RetryableError, ValidationError } from "../errors.ts";
import { rejectionOf } from "../testing/rejection-of.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { attemptsOf } from "./attempts-of.ts";
import { constantBackoff, delays } from "./backoff.ts";
import {
  decideRetry,
  retry,
  type RetryDecision,
  type RetryEvent,
  type RetryOptions,
  type RetryState,
} from "./retry.ts";

const failed: RetryState<number> = {
  attempt: 1,
  elapsed: 0,
  previousDelay: 0,
  outcome: { ok: false, error: new Error("down") },
  aborted: false,
  random: () => 0.5,
};

describe("decideRetry()", () => {
  test.each<[string, RetryOptions<number>, Partial<RetryState<number>>, RetryDecision]>([
    ["retries after the nominal delay", {}, {}, { retry: true, delay: 1_000 }],
    ["doubles the delay", {}, { attempt: 2 }, { retry: true, delay: 2_000 }],
    ["reaches 4 s only with a fourth attempt", { maxAttempts: 4 }, { attempt: 3 }, { retry: true, delay: 4_000 }],
    ["stops after three attempts", {}, { attempt: 3 }, { retry: false, reason: "maxAttempts" }],
    ["stops at success", {}, { outcome: { ok: true, value: 1 } }, { retry: false, reason: "success" }],
    [
      "stops at what will never work",
      {},
      { outcome: { ok: false, error: new ValidationError("x") } },
      { retry: false, reason: "notRetryable" },
    ],
    ["stops when aborted", {}, { aborted: true }, { retry: false, reason: "aborted" }],
    ["begins no wait that reaches maxElapsed", {}, { elapsed: 89_000 }, { retry: false, reason: "maxElapsed" }],
    ["begins one that ends before", {}, { elapsed: 88_999 }, { retry: true, delay: 1_000 }],
    ["begins no wait that reaches a deadline", {}, { remaining: 1_000 }, { retry: false, reason: "maxElapsed" }],
    ["lets retryIf decide", { retryIf: () => false }, {}, { retry: false, reason: "notRetryable" }],
    [
      "lets retryIf retry a TypeError",
      { retryIf: () => true },
      { outcome: { ok: false, error: new TypeError("x") } },
      { retry: true, delay: 1_000 },
    ],
    [
      "lets retryIfResult retry a value",
      { retryIfResult: (value) => value === 1 },
      { outcome: { ok: true, value: 1 } },
      { retry: true, delay: 1_000 },
    ],
    ["takes retryAfter for the least delay", { retryAfter: () => 5_000.2 }, {}, { retry: true, delay: 5_001 }],
    ["keeps a longer backoff", { retryAfter: () => 10 }, {}, { retry: true, delay: 1_000 }],
    [
      "reads retryAfter from the error",
      {},
      { outcome: { ok: false, error: new RetryableError("x", { retryAfter: 3_000 }) } },
      { retry: true, delay: 3_000 },
    ],
    [
      "does not come back sooner than told",
      { maxRetryAfter: 4_999 },
      { outcome: { ok: false, error: new RetryableError("x", { retryAfter: 5_000 }) } },
      { retry: false, reason: "retryAfterTooLong" },
    ],
    [
      "never waits for ever",
      { maxRetryAfter: Infinity, maxElapsed: Infinity, retryAfter: () => Infinity },
      {},
      { retry: false, reason: "retryAfterTooLong" },
    ],
    ["takes a custom backoff's NaN for 0", { backoff: () => Number.NaN }, {}, { retry: true, delay: 0 }],
  ])("%s", (_name, options, state, decision) => {
    expect(decideRetry(options, { ...failed, ...state })).toEqual(decision);
  });
});

describe("retry()", () => {
  test("calls until success, with rising attempts and the error before", async () => {
    const clock = new VirtualClock();
    const seen: unknown[] = [];
    const events: RetryEvent[] = [];
    const options = { clock, backoff: delays([10, 20]), on: (event: RetryEvent) => void events.push(event) };
    const errors = [new Error("first"), new Error("second")];
    const result = retry(options)(({ attempt, lastError, deadline }) => {
      seen.push([clock.now(), attempt, lastError, deadline]);
      const error = errors[attempt - 1];
      if (error !== undefined) throw error;
      return "done";
    })();
    await clock.advance(100);
    expect(await result).toBe("done");
    expect(seen).toEqual([
      [0, 1, undefined, 90_000],
      [10, 2, errors[0], 90_000],
      [30, 3, errors[1], 90_000],
    ]);
    expect(events).toEqual([
      { type: "retry", attempt: 1, delay: 10, error: errors[0] },
      { type: "retry", attempt: 2, delay: 20, error: errors[1] },
    ]);
    expect(clock.pending).toBe(0);
  });

  test("gives up with the very last error, which then knows its attempts", async () => {
    const clock = new VirtualClock();
    const events: RetryEvent[] = [];
    const error = Object.freeze(new Error("down"));
    const result = retry({ clock, on: (event) => void events.push(event) })(() => Promise.reject(error))();
    const caught = result.catch((thrown: unknown) => thrown);
    await clock.advance(60_000);
    expect(await caught).toBe(error);
    expect(attemptsOf(error)).toBe(3);
    expect(events.at(-1)).toEqual({ type: "giveUp", attempts: 3, reason: "maxAttempts", error });
  });

  test("resolves with the last value when results run out of attempts", async () => {
    const clock = new VirtualClock();
    let calls = 0;
    const policy = retry<number>({ clock, backoff: constantBackoff(1), retryIfResult: () => true });
    const result = policy(() => ++calls)();
    await clock.advance(10);
    expect(await result).toBe(3);
  });

  test.each([
    ["retryIf", { retryIf: () => fail() }],
    ["backoff", { backoff: () => fail() }],
    ["retryAfter", { retryAfter: () => fail() }],
  ])("rejects with what %s throws instead of hanging", async (_name, options) => {
    const clock = new VirtualClock();
    const result = retry({ clock, ...options })(() => Promise.reject(new Error("down")))();
    expect(await rejectionOf(result)).toMatchObject({ message: "callback failed" });
    expect(clock.pending).toBe(0);
  });

  test("stops with the last error when a late timer leaves no time for another attempt", async () => {
    const clock = new VirtualClock();
    const frozen = { ...bound(clock), now: () => (clock.now() === 0 ? 0 : 100_000) };
    const events: RetryEvent[] = [];
    let calls = 0;
    const policy = retry({ clock: frozen, backoff: constantBackoff(10), on: (event) => void events.push(event) });
    const error = new Error("down");
    const caught = policy(() => {
      calls++;
      throw error;
    })().catch((thrown: unknown) => thrown);
    await clock.advance(10);
    expect([await caught, calls, events.at(-1)]).toEqual([
      error,
      1,
      { type: "giveUp", attempts: 1, reason: "maxElapsed", error },
    ]);
  });

  test("is not changed by what happens to its options afterwards", async () => {
    const clock = new VirtualClock();
    const options = { clock, maxAttempts: 2, backoff: constantBackoff(1), retryIfResult: () => true };
    const one = retry(options);
    const other = retry(options);
    Object.assign(options, { maxAttempts: 9, backoff: constantBackoff(1_000), retryIfResult: () => false });
    const calls = [0, 0];
    const results = [one, other].map((policy, index) => policy(() => (calls[index] = (calls[index] ?? 0) + 1))());
    await clock.advance(5);
    expect([await Promise.all(results), calls]).toEqual([
      [2, 2],
      [2, 2],
    ]);
  });

  test.each([
    [{ maxAttempts: 0 }, "maxAttempts must be an integer >= 1, got 0"],
    [{ maxAttempts: 1.5 }, "maxAttempts must be an integer >= 1, got 1.5"],
    [{ maxElapsed: 0 }, "maxElapsed must be a number > 0, got 0"],
    [{ maxRetryAfter: Number.NaN }, "maxRetryAfter must be a number >= 0, got NaN"],
  ])("rejects %j when created", (options, message) => {
    expect(() => retry(options)).toThrow(new RangeError(`Cannot create retry: ${message}`));
  });
});

function fail(): never {
  throw new Error("callback failed");
}

function bound(clock: VirtualClock) {
  return {
    wall: () => clock.wall(),
    sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms, signal),
    timer: (ms: number, fire: () => void) => clock.timer(ms, fire),
  };
}
