import { describe, expect, expectTypeOf, test } from "bun:test";
import { rejectionOf } from "../testing/rejection-of.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { constantBackoff } from "./backoff.ts";
import { bulkhead } from "./bulkhead.ts";
import { circuitBreaker } from "./circuit-breaker.ts";
import { compose } from "./compose.ts";
import { deadline } from "./deadline.ts";
import { fallback } from "./fallback.ts";
import { hedge } from "./hedge.ts";
import type { Context, Policy } from "./policy.ts";
import { rateLimiter } from "./rate-limiter.ts";
import { retry } from "./retry.ts";
import { timeout } from "./timeout.ts";
import { consecutive } from "./window.ts";

type Make = (clock: VirtualClock) => Policy<unknown>;

const policies: readonly (readonly [string, Make])[] = [
  ["deadline()", (clock) => deadline(1_000, { clock })],
  ["fallback()", () => fallback("fallback")],
  ["bulkhead()", (clock) => bulkhead({ maxConcurrent: 100_000, clock })],
  ["rateLimiter()", (clock) => rateLimiter({ limit: 100_000, per: 1_000, clock })],
  ["hedge()", (clock) => hedge({ delay: 1_000, clock })],
];

const never = () => new Promise<never>(() => {});

function outcomeOf(promise: Promise<unknown>): { current: unknown } {
  const outcome: { current: unknown } = { current: "pending" };
  promise.then(
    (value) => (outcome.current = { value }),
    (error: unknown) => (outcome.current = { error }),
  );
  return outcome;
}

/** Lets promises run without moving any clock. */
async function microtasks(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve();
}

/** A signal that counts its abort listeners, as a proxy around a real one. */
function countingSignal() {
  const controller = new AbortController();
  let count = 0;
  const signal = new Proxy(controller.signal, {
    get(target, name) {
      if (name === "addEventListener") {
        return (type: string, listener: () => void) => {
          count++;
          target.addEventListener(type, () => (count--, listener()), { once: true });
        };
      }
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return { signal, controller, listeners: () => count };
}

describe.each(policies)("%s", (name, make) => {
  test("passes values and the context through, also inside of other policies", async () => {
    const clock = new VirtualClock();
    const policy = make(clock);
    const seen: unknown[] = [];
    const note = (context: Context) =>
      seen.push([context.attempt, context.key, context.lastError, context.deadline, context.signal.aborted]);
    expect(await policy((context) => (note(context), "value"))({ attempt: 3, key: "k", deadline: 500 })).toBe("value");
    const options = { clock, backoff: constantBackoff(1) };
    const retried = compose(
      retry(options),
      timeout(500, { clock }),
      policy,
    )((context) => {
      note(context);
      if (context.attempt === 1) throw new Error("down");
      return "second";
    });
    const result = outcomeOf(retried({ key: "k" }));
    await clock.advance(1);
    expect(seen.slice(0, 2)).toEqual([
      [3, "k", undefined, 500, false],
      [1, "k", undefined, 500, false],
    ]);
    expect(result.current).toEqual({ value: name === "fallback()" ? "fallback" : "second" });
  });

  test("runs nothing for a signal that is aborted already, and gives its reason by identity", async () => {
    const clock = new VirtualClock();
    const reason = { why: "stop" };
    let calls = 0;
    const call = make(clock)(() => ++calls)({ signal: AbortSignal.abort(reason) });
    expect([(await rejectionOf(call)) === reason, calls, clock.pending]).toEqual([true, 0, 0]);
  });

  test("rejects in the tick of the abort while the operation runs, which hears of it", async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    let inner: AbortSignal | undefined;
    const operation = ({ signal }: Context) => {
      inner = signal;
      return never();
    };
    const outcome = outcomeOf(make(clock)(operation)({ signal: controller.signal }));
    const reason = new Error("stop");
    controller.abort(reason);
    await microtasks();
    expect([outcome.current, inner?.reason === reason]).toEqual([{ error: reason }, true]);
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });

  test("gives the abort's reason even if the operation fails before it hears of the abort", async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    const deaf = new Proxy(controller.signal, {
      get: (target, member) => (member === "addEventListener" ? () => {} : Reflect.get(target, member, target)),
    });
    let fail: (error: Error) => void = () => {};
    const operation = () => new Promise((_resolve, reject) => (fail = reject));
    const outcome = outcomeOf(make(clock)(operation)({ signal: deaf }));
    await microtasks();
    controller.abort("stop");
    fail(new Error("x"));
    await microtasks();
    expect(outcome.current).toEqual({ error: "stop" });
  });

  test("treats an operation that aborts its own caller as cancelled", async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    const operation = () => {
      controller.abort("inside");
      throw new Error("after");
    };
    expect(await rejectionOf(make(clock)(operation)({ signal: controller.signal }))).toBe("inside");
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });

  test("ignores what an operation does after its caller has gone", async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    let finish: (error: Error) => void = () => {};
    const operation = () => new Promise((_resolve, reject) => (finish = reject));
    const outcome = outcomeOf(make(clock)(operation)({ signal: controller.signal }));
    controller.abort("stop");
    await microtasks();
    finish(new Error("late"));
    await clock.advance(10_000);
    expect([outcome.current, clock.pending]).toEqual([{ error: "stop" }, 0]);
  });

  test("adds one listener to a signal, however many calls it sees, and leaves none when it aborts", async () => {
    const clock = new VirtualClock();
    const { signal, controller, listeners } = countingSignal();
    const guarded = make(clock)((context) => context.signal.aborted);
    for (let call = 0; call < 100; call++) expect(await guarded({ signal })).toBe(false);
    const pending = Array.from({ length: 1_000 }, () => make(clock)(never)({ signal }).catch((e: unknown) => e));
    await microtasks();
    expect(listeners()).toBe(1);
    controller.abort("stop");
    expect([new Set(await Promise.all(pending)), listeners()]).toEqual([new Set(["stop"]), 0]);
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });

  test("stops at once inside a policy whose time is up", async () => {
    const clock = new VirtualClock();
    let reason: unknown;
    const operation = ({ signal }: Context) => {
      signal.addEventListener("abort", () => (reason = signal.reason));
      return never();
    };
    const outcome = outcomeOf(compose(timeout(50, { clock }), make(clock))(operation)());
    await clock.advance(50);
    expect(outcome.current).toMatchObject({ error: { code: "TIMEOUT", timeout: 50 } });
    expect([reason, clock.pending]).toMatchObject([{ code: "TIMEOUT" }, 0]);
  });

  test.each(policies)("composes around and inside %s", async (_other, makeOther) => {
    const clock = new VirtualClock();
    const policy = compose(makeOther(clock), make(clock), circuitBreaker({ clock }), makeOther(clock));
    expect(await policy(({ attempt }) => Promise.resolve(attempt))()).toBe(1);
    const controller = new AbortController();
    const outcome = outcomeOf(policy(never)({ signal: controller.signal }));
    await microtasks();
    controller.abort("stop");
    await microtasks();
    expect(outcome.current).toEqual({ error: "stop" });
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });
});

test("policies that change nothing about the context hand on the very one they were given", async () => {
  const inside = compose(fallback(0), bulkhead(), rateLimiter({ limit: 9, per: 1 }))((context) => context);
  const isSame = compose(hedge({ delay: 9 }), bulkhead())(async (context) => (await inside(context)) === context);
  expect(await isSame()).toBe(true);
});

describe("the canonical order", () => {
  test("holds together: fallback, deadline, retry, circuit, rate, time limit, bulkhead", async () => {
    const clock = new VirtualClock();
    const room = bulkhead({ maxConcurrent: 1, clock });
    const policy = compose(
      fallback((error) => (error instanceof Error ? error.name : "?")),
      deadline(250, { clock }),
      retry({ clock, backoff: constantBackoff(100), maxAttempts: 9 }),
      circuitBreaker({ clock, window: consecutive(5) }),
      rateLimiter({ limit: 10, per: 1_000, clock }),
      timeout(50, { clock }),
      room,
    );
    expectTypeOf(policy).toEqualTypeOf<Policy<string>>();
    let calls = 0;
    const outcome = outcomeOf(policy(() => (calls++, never()))());
    await clock.advance(250);
    // The second and third attempt find the place taken: the first operation never ended.
    expect([outcome.current, calls, room.active]).toEqual([{ value: "BulkheadFullError" }, 1, 1]);
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });
});
