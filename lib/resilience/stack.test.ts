import { describe, expect, expectTypeOf, test } from "bun:test";
import { rejectionOf } from "../testing/rejection-of.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { constantBackoff } from "./backoff.ts";
import { circuitBreaker } from "./circuit-breaker.ts";
import type { CircuitBreakerEvent } from "./circuit-options.ts";
import { stackOf } from "./call.ts";
import { compose } from "./compose.ts";
import type { Context, Guarded, Operation, Policy } from "./policy.ts";
import { retry, type RetryEvent } from "./retry.ts";
import { timeout, type TimeoutEvent } from "./timeout.ts";
import { consecutive } from "./window.ts";

type Combine = (...policies: readonly Policy[]) => Policy;

const nest: Combine =
  (...policies) =>
  <T>(operation: Operation<T>): Guarded<T> => {
    const [first, ...rest] = policies;
    if (first === undefined) throw new Error("Cannot nest policies: there is none");
    return first(rest.reduceRight<Operation<T>>((inner, policy) => policy(inner), operation));
  };

const never = () => new Promise<never>(() => {});

function setUp(combine: Combine) {
  const clock = new VirtualClock();
  const retries: RetryEvent[] = [];
  const circuit: CircuitBreakerEvent[] = [];
  const times: TimeoutEvent[] = [];
  const breaker = circuitBreaker({
    window: consecutive(2),
    openDuration: 1_000,
    clock,
    on: (e) => void circuit.push(e),
  });
  const policy = combine(
    retry({ clock, backoff: constantBackoff(100), on: (event) => void retries.push(event) }),
    breaker,
    timeout(50, { clock, on: (event) => void times.push(event) }),
  );
  const controller = new AbortController();
  return { clock, retries, circuit, times, breaker, policy, controller, signal: controller.signal };
}

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
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

describe.each<[string, Combine]>([
  ["composed, which is one call", compose],
  ["nested, which is a call each", nest],
])("retry, circuit and timeout %s", (_form, combine) => {
  test("pass the value through", async () => {
    const { policy, circuit } = setUp(combine);
    expect(await policy(() => Promise.resolve("value"))()).toBe("value");
    expect(circuit).toMatchObject([{ type: "record", verdict: "success", stale: false }]);
  });

  test("give every attempt its own time, signal and number", async () => {
    const { policy, clock, times } = setUp(combine);
    const seen: Context[] = [];
    const outcome = outcomeOf(
      policy((context) => {
        seen.push(context);
        return context.attempt === 1 ? never() : [context.deadline, context.signal.aborted];
      })({ key: "k" }),
    );
    await clock.advance(150);
    expect(outcome.current).toEqual({ value: [200, false] });
    const [first, second] = seen;
    expect([first?.signal.aborted, first?.deadline, first?.attempt, second?.attempt, second?.key]).toEqual([
      true,
      50,
      1,
      2,
      "k",
    ]);
    expect(second?.lastError).toBe(first?.signal.reason);
    expect(times).toEqual([{ type: "timeout", after: 50 }]);
  });

  test("stop retrying when the circuit opens, with its error", async () => {
    const { policy, clock, retries, breaker } = setUp(combine);
    let calls = 0;
    const outcome = outcomeOf(policy(() => (calls++, Promise.reject(new Error("down"))))());
    await clock.advance(10_000);
    expect([calls, breaker.state]).toEqual([2, "open"]);
    expect(outcome.current).toMatchObject({ error: { code: "CIRCUIT_OPEN", attempts: 2, retryAfter: 900 } });
    expect(retries.at(-1)).toMatchObject({ type: "giveUp", attempts: 3, reason: "notRetryable" });
  });

  test("run nothing for a signal that is aborted already, and give its reason by identity", async () => {
    const { policy, controller, signal, clock, circuit } = setUp(combine);
    const reason = { why: "stop" };
    controller.abort(reason);
    let calls = 0;
    const thrown: unknown = await policy(() => ++calls)({ signal }).catch((error: unknown) => error);
    expect([thrown === reason, calls, clock.pending, circuit]).toEqual([true, 0, 0, []]);
  });

  test("end the wait between attempts in the tick of the abort, without another call", async () => {
    const { policy, controller, signal, clock, retries } = setUp(combine);
    const reason = new Error("stop");
    let calls = 0;
    const outcome = outcomeOf(policy(() => (calls++, Promise.reject(new Error("down"))))({ signal }));
    await clock.advance(50);
    controller.abort(reason);
    await microtasks();
    expect([outcome.current, calls, clock.pending]).toEqual([{ error: reason }, 1, 0]);
    await clock.advance(10_000);
    expect(calls).toBe(1);
    expect(retries.at(-1)).toEqual({ type: "giveUp", attempts: 1, reason: "aborted", error: reason });
  });

  test("reject in the tick of the abort while the operation runs, count nothing and free the probe", async () => {
    const { policy, controller, signal, clock, breaker, circuit, times } = setUp(combine);
    for (let call = 0; call < 2; call++) await breaker(() => Promise.reject(new Error("down")))().catch(() => {});
    await clock.advance(1_000);
    let inner: AbortSignal | undefined;
    let finish: (error: Error) => void = () => {};
    const outcome = outcomeOf(
      policy((context) => {
        inner = context.signal;
        return new Promise((_resolve, reject) => (finish = reject));
      })({ signal }),
    );
    const reason = new Error("stop");
    controller.abort(reason);
    await microtasks();
    expect(outcome.current).toEqual({ error: reason });
    expect([inner?.aborted, inner?.reason === reason]).toEqual([true, true]);
    expect([breaker.state, breaker.retryAfter]).toEqual(["half-open", 0]);
    expect(circuit.at(-1)).toMatchObject({ type: "record", verdict: "ignored" });
    const late = new Error("late");
    finish(late);
    await clock.advance(0);
    expect(times).toEqual([{ type: "lateSettlement", after: 0, outcome: "rejected", error: late }]);
    expect(clock.pending).toBe(0);
  });

  test.each(["retry", "timeout"])("make no other call when who hears of a %s cancels this one", async (type) => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    const on = (event: { readonly type: string }) => event.type === type && controller.abort("stop");
    let calls = 0;
    const policy = combine(retry({ clock, on }), circuitBreaker({ clock }), timeout(50, { clock, on }));
    const outcome = outcomeOf(policy(() => (calls++, never()))({ signal: controller.signal }));
    await clock.advance(10_000);
    expect([outcome.current, calls, clock.pending]).toEqual([{ error: "stop" }, 1, 0]);
  });

  test("neither count nor retry an operation that fails because of the abort", async () => {
    const { policy, controller, signal, clock, breaker, circuit } = setUp(combine);
    let calls = 0;
    const results: unknown[] = [];
    for (let call = 0; call < 5; call++) {
      const operation = (context: Context) => {
        calls++;
        return new Promise((_resolve, reject) =>
          context.signal.addEventListener("abort", () => reject(new Error("x"))),
        );
      };
      policy(operation)({ signal }).catch((error: unknown) => results.push(error));
    }
    controller.abort("stop");
    await clock.advance(10_000);
    expect([calls, results, breaker.state]).toEqual([5, Array.from({ length: 5 }, () => "stop"), "closed"]);
    expect(circuit.every((event) => event.type === "record" && event.verdict === "ignored")).toBe(true);
  });

  test("give the abort's reason even if the operation fails before they hear of the abort", async () => {
    const { policy, controller, clock, breaker, circuit } = setUp(combine);
    const deaf = new Proxy(controller.signal, {
      get: (target, name) => (name === "addEventListener" ? () => {} : Reflect.get(target, name, target)),
    });
    let fail: (error: Error) => void = () => {};
    const outcome = outcomeOf(policy(() => new Promise((_resolve, reject) => (fail = reject)))({ signal: deaf }));
    controller.abort("stop");
    fail(new Error("x"));
    await clock.advance(10_000);
    expect([outcome.current, breaker.state]).toEqual([{ error: "stop" }, "closed"]);
    expect(circuit).toMatchObject([{ type: "record", verdict: "ignored" }]);
  });

  test("have nothing to do with the signal of a call that is over", async () => {
    const { policy, controller, signal, clock, retries, circuit, times } = setUp(combine);
    const failed = new TypeError("bug");
    await policy(() => 1)({ signal });
    await policy(() => Promise.reject(failed))({ signal }).catch(() => {});
    controller.abort("stop");
    await clock.advance(0);
    expect(retries).toEqual([{ type: "giveUp", attempts: 1, reason: "notRetryable", error: failed }]);
    expect([circuit.length, times]).toEqual([2, []]);
  });

  test("treat an operation that aborts its own caller as cancelled", async () => {
    const { policy, controller, signal, clock } = setUp(combine);
    const operation = () => {
      controller.abort("inside");
      throw new Error("after");
    };
    expect(await rejectionOf(policy(operation)({ signal }))).toBe("inside");
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });

  test("shorten the last attempt to the caller's deadline and begin no wait beyond it", async () => {
    const { policy, clock, retries } = setUp(combine);
    const outcome = outcomeOf(policy(never)({ deadline: 170 }));
    await clock.advance(169);
    expect(outcome.current).toBe("pending");
    await clock.advance(1);
    expect(outcome.current).toMatchObject({ error: { code: "TIMEOUT", timeout: 20, attempts: 2 } });
    expect(retries.at(-1)).toMatchObject({ type: "giveUp", attempts: 2, reason: "maxElapsed" });
  });

  test("add one listener to a signal, however many calls it sees", async () => {
    const { policy, clock } = setUp(combine);
    const { signal, listeners } = countingSignal();
    const guarded = policy((context) => context.signal.aborted);
    for (let call = 0; call < 200; call++) await guarded({ signal });
    const pending = Array.from({ length: 10_000 }, () => policy(never)({ signal }).catch(() => {}));
    expect(listeners()).toBe(1);
    await clock.advance(50);
    await clock.advance(100_000);
    await Promise.all(pending);
    expect([listeners(), clock.pending]).toEqual([1, 0]);
  });

  test("leave no listener on a signal that has aborted", async () => {
    const { policy } = setUp(combine);
    const { signal, controller, listeners } = countingSignal();
    const calls = Array.from({ length: 100 }, () => policy(never)({ signal }).catch((error: unknown) => error));
    controller.abort("stop");
    expect([new Set(await Promise.all(calls)), listeners()]).toEqual([new Set(["stop"]), 0]);
  });

  test("take a thenable for a promise and a throw for a rejection", async () => {
    const { policy } = setUp(combine);
    const seven = Promise.resolve(7);
    // oxlint-disable-next-line unicorn/no-thenable -- the case under test
    const thenable: PromiseLike<number> = { then: (onValue, onError) => seven.then(onValue, onError) };
    expect(await policy(() => thenable)()).toBe(7);
    const error = new TypeError("thrown");
    expect(
      await rejectionOf(
        policy(() => {
          throw error;
        })(),
      ),
    ).toBe(error);
  });

  test("take for options what is none, as `map` passes it", async () => {
    const { policy } = setUp(combine);
    const call = policy(({ attempt, key }) => [attempt, key]) as (item: unknown) => Promise<unknown>;
    const items = [1, "text", null, {}, Object.create(null)] as unknown[];
    expect(await Promise.all(items.map((item) => call(item)))).toEqual(items.map(() => [1, undefined]));
  });

  test("reject, and do not throw, when they cannot even begin", async () => {
    const { policy } = setUp(combine);
    const call = policy(() => 1);
    const signal = { aborted: false } as AbortSignal;
    expect(await rejectionOf(call({ signal }))).toBeInstanceOf(TypeError);
  });

  test("stop an inner call when an outer one's time is up", async () => {
    const { clock, policy, breaker, circuit } = setUp(combine);
    const outcome = outcomeOf(combine(timeout(30, { clock }), policy)(never)());
    await clock.advance(30);
    expect(outcome.current).toMatchObject({ error: { code: "TIMEOUT", timeout: 30 } });
    expect([clock.pending, breaker.state, circuit.at(-1)]).toMatchObject([0, "closed", { verdict: "ignored" }]);
  });
});

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

describe("compose()", () => {
  test("makes one call of a canonical stack on one clock, however it was put together", () => {
    const canonical = compose(compose(retry(), circuitBreaker()), timeout());
    const { retry: outer, circuit, timeLimit } = stackOf(canonical) ?? {};
    expect([outer, circuit, timeLimit].filter(Boolean)).toHaveLength(3);
    expect(stackOf(compose(timeout(), retry()))).toBeUndefined();
    expect(stackOf(compose(retry(), retry()))).toBeUndefined();
    expect(stackOf(compose(retry(), timeout(1, { clock: new VirtualClock() })))).toBeUndefined();
  });

  test("puts the first policy outermost, any function of the right shape included", async () => {
    const order: string[] = [];
    const named =
      (name: string): Policy =>
      (operation) =>
      async (options) => {
        order.push(name);
        return retry()(operation)(options);
      };
    expect(await compose(named("a"), timeout(), named("b"))(() => order.join())()).toBe("a,b");
  });

  test("without policies still honours the caller's signal", async () => {
    const signal = AbortSignal.abort("stop");
    expect(await compose()(() => 1)()).toBe(1);
    expect(await rejectionOf(compose()(() => 1)({ signal }))).toBe("stop");
    const controller = new AbortController();
    expect(await compose()((context) => context.signal === controller.signal)({ signal: controller.signal })).toBe(
      true,
    );
  });

  test("without policies knows no time, so that a deadline on any clock's scale may still come", async () => {
    const clock = new VirtualClock();
    const options = { deadline: clock.now() + 1 };
    expect(await compose()((context) => context.deadline)(options)).toBe(1);
    expect(await compose(compose(), timeout(5, { clock }))(() => "done")(options)).toBe("done");
  });

  test("keeps the operation's type and adds what the policies may answer", () => {
    const fallback: Policy<"fallback"> = retry();
    expectTypeOf(compose(retry(), timeout())).toEqualTypeOf<Policy>();
    expectTypeOf<ReturnType<typeof answer>>().toEqualTypeOf<Promise<number>>();
    const answer = () => compose(retry(), circuitBreaker(), timeout())(() => 1)();
    const either = () => compose(fallback, retry())(() => 1)();
    expectTypeOf<ReturnType<typeof either>>().toEqualTypeOf<Promise<number | "fallback">>();
    const nested = () => retry()(timeout()((context) => context.attempt))({ key: "k" });
    expectTypeOf<ReturnType<typeof nested>>().toEqualTypeOf<Promise<number>>();
  });
});
