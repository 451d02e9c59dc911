import { describe, expect, expectTypeOf, test } from "bun:test";
import { BulkheadFullError, CircuitOpenError, RateLimitError, RetryableError, TimeoutError } from "../errors.ts";
import { rejectionOf } from "../testing/rejection-of.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { stackOf } from "./call.ts";
import { circuitBreakers } from "./circuit-breakers.ts";
import { compose } from "./compose.ts";
import type { Guarded, Policy } from "./policy.ts";
import { resilience, type ResilienceListeners } from "./resilience.ts";
import type { ResilienceConfig } from "./resilience-config.ts";
import { retryBudget } from "./retry-budget.ts";
import { retry, type RetryEvent } from "./retry.ts";
import { SEED_DEFAULTS } from "./seed-defaults.ts";
import { timeout } from "./timeout.ts";
import { consecutive } from "./window.ts";

const down = new Error("down");
const random = () => 0.5;
const never = () => new Promise<never>(() => {});

/** When a failing operation is called, call after call, until the policy gives up. */
async function callTimes(policy: Policy, clock: VirtualClock, calls: number, error: unknown = down) {
  const times: number[] = [];
  const outcomes: unknown[] = [];
  const guarded = policy((): Promise<never> => {
    times.push(clock.now());
    return Promise.reject(error);
  });
  for (let call = 0; call < calls; call++) {
    const rejection = rejectionOf(guarded());
    await clock.advance(100_000);
    const thrown = await rejection;
    outcomes.push(thrown instanceof CircuitOpenError ? "open" : thrown);
  }
  return { times, outcomes };
}

describe("resilience()", () => {
  test("behaves as the stack that its documentation names", async () => {
    const mine = new VirtualClock();
    const theirs = new VirtualClock();
    const documented = compose(
      retry({ clock: theirs, random }),
      circuitBreakers({ clock: theirs }),
      timeout(30_000, { clock: theirs }),
    );
    const seen = await callTimes(resilience({}, { clock: mine, random }), mine, 4);
    expect(seen).toEqual(await callTimes(documented, theirs, 4));
    expect(seen).toEqual({
      times: [0, 1_000, 3_000, 100_000, 101_000, 200_000, 300_000],
      outcomes: [down, "open", "open", "open"],
    });
  });

  test("ends a hanging attempt after thirty seconds, and all of them after ninety", async () => {
    const clock = new VirtualClock();
    const starts: number[] = [];
    const rejection = rejectionOf(
      resilience(
        {},
        { clock, random },
      )(() => {
        starts.push(clock.now());
        return never();
      })(),
    );
    await clock.advance(90_000);
    expect(await rejection).toBeInstanceOf(TimeoutError);
    expect(starts).toEqual([0, 31_000, 63_000]);
  });

  test("says the defaults out loud with the same result", async () => {
    const { factor: _factor, ...retryDefaults } = SEED_DEFAULTS.retry;
    const { successThreshold: _successThreshold, ...circuitBreaker } = SEED_DEFAULTS.circuitBreaker;
    const config = { retry: retryDefaults, circuitBreaker, timeout: SEED_DEFAULTS.timeout };
    const clocks = [new VirtualClock(), new VirtualClock()] as const;
    const spoken = await callTimes(resilience(config, { clock: clocks[0], random }), clocks[0], 4);
    expect(spoken).toEqual(await callTimes(resilience({}, { clock: clocks[1], random }), clocks[1], 4));
  });

  test("is one call, not one a policy, where nothing stands between retry, circuit and timeout", () => {
    const stack = stackOf(resilience());
    expect([stack?.retry, stack?.circuit, stack?.timeLimit].every((stage) => stage !== undefined)).toBe(true);
  });

  test("takes every figure from plain JSON", async () => {
    const config: ResilienceConfig = JSON.parse(
      '{"retry":{"maxAttempts":4,"baseDelay":10,"maxDelay":25,"jitter":"none","maxElapsed":1000},"circuitBreaker":{"failureThreshold":7,"openDuration":99999,"halfOpenProbes":2},"timeout":50}',
    );
    const clock = new VirtualClock();
    const seen = await callTimes(resilience(config, { clock }), clock, 3);
    expect(seen).toEqual({
      times: [0, 10, 30, 55, 100_000, 100_010, 100_030],
      outcomes: [down, "open", "open"],
    });
  });

  test("bounds the first delay with maxDelay, too", async () => {
    const clock = new VirtualClock();
    const { times } = await callTimes(resilience({ retry: { maxDelay: 10, jitter: "none" } }, { clock }), clock, 1);
    expect(times).toEqual([0, 10, 20]);
  });

  test("switches off what is false", async () => {
    const clock = new VirtualClock();
    const off = { retry: false, circuitBreaker: false, timeout: false, bulkhead: false, rateLimit: false } as const;
    const { times } = await callTimes(resilience(off, { clock }), clock, 7);
    expect(times).toHaveLength(7);
    void resilience(off, { clock })(never)();
    expect(clock.pending).toBe(0);
    expect((await callTimes(resilience({ circuitBreaker: false }, { clock }), clock, 7)).times).toHaveLength(21);
  });

  test("counts a rate for each key, and neither limited nor crowded-out calls against the circuit", async () => {
    const clock = new VirtualClock();
    const policy = resilience(
      {
        retry: false,
        circuitBreaker: { failureThreshold: 1 },
        rateLimit: { limit: 2, per: 1_000 },
        bulkhead: { maxConcurrent: 1 },
      },
      { clock },
    );
    const busy = policy(() => clock.sleep(10).then(() => "done"));
    const first = busy({ key: "a" });
    expect(await rejectionOf(busy({ key: "a" }))).toBeInstanceOf(BulkheadFullError);
    expect(await rejectionOf(busy({ key: "a" }))).toBeInstanceOf(RateLimitError);
    await clock.advance(10);
    expect(await first).toBe("done");
    expect(await policy(() => "other")({ key: "b" })).toBe("other");
    await clock.advance(1_000);
    expect(await policy(() => "again")({ key: "a" })).toBe("again");
  });

  test("holds a place in the bulkhead until the operation itself ends, though its time is up", async () => {
    const clock = new VirtualClock();
    const policy = resilience({ retry: false, timeout: 10, bulkhead: { maxConcurrent: 1 } }, { clock });
    const rejection = rejectionOf(policy(() => clock.sleep(100))());
    await clock.advance(10);
    expect(await rejection).toBeInstanceOf(TimeoutError);
    expect(await rejectionOf(policy(() => "early")())).toBeInstanceOf(BulkheadFullError);
    await clock.advance(90);
    expect(await policy(() => "late")()).toBe("late");
  });

  test("shares circuits, a budget and randomness", async () => {
    const clock = new VirtualClock();
    const registry = circuitBreakers({ clock, window: consecutive(1) });
    const budget = retryBudget({ minRetriesPerSecond: 0.1, percentCanRetry: 0, clock });
    const shared = { circuitBreakers: registry, budget, clock, random: () => 0 };
    const ofRetryable = new RetryableError("busy");
    const limited = await callTimes(resilience({ circuitBreaker: false }, shared), clock, 1, ofRetryable);
    expect(limited).toEqual({ times: [0, 500], outcomes: [ofRetryable] });
    await rejectionOf(resilience({ retry: false }, shared)(() => Promise.reject(down))({ key: "host" }));
    const other = resilience({}, shared);
    expect(registry.get("host").state).toBe("open");
    expect(await rejectionOf(other(() => "unreached")({ key: "host" }))).toBeInstanceOf(CircuitOpenError);
  });

  test("keeps circuits of its own without shared ones", async () => {
    const clock = new VirtualClock();
    const config = { retry: false, circuitBreaker: { failureThreshold: 1 } } as const;
    await rejectionOf(resilience(config, { clock })(() => Promise.reject(down))());
    expect(await resilience(config, { clock })(() => "fine")()).toBe("fine");
  });

  test("tells each policy's listener its own events", async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    const to = (name: string) => (event: { readonly type: string }) => void seen.push(`${name} ${event.type}`);
    const policy = resilience(
      {
        retry: { maxAttempts: 2, baseDelay: 1 },
        circuitBreaker: { failureThreshold: 1, openDuration: 1_000 },
        rateLimit: { limit: 1, per: 1_000 },
        timeout: 10,
        bulkhead: { maxConcurrent: 1, maxQueue: 1 },
      },
      {
        clock,
        on: {
          retry: to("retry"),
          circuitBreaker: to("circuitBreaker"),
          rateLimit: to("rateLimit"),
          timeout: to("timeout"),
          bulkhead: to("bulkhead"),
        },
      },
    );
    const stuck = rejectionOf(policy(never)({ key: "a" }));
    const waiting = rejectionOf(policy(() => "unreached")({ key: "b" }));
    const limited = rejectionOf(policy(() => "unreached")({ key: "a", deadline: 5 }));
    await clock.advance(100);
    await Promise.all([stuck, waiting, limited]);
    expect([...new Set(seen)].toSorted()).toEqual([
      "bulkhead enqueue",
      "circuitBreaker record",
      "circuitBreaker reject",
      "circuitBreaker stateChange",
      "rateLimit reject",
      "retry giveUp",
      "retry retry",
      "timeout lateSettlement",
      "timeout timeout",
    ]);
  });

  test("refuses settings or a listener for circuits that are shared, but not to do without them", () => {
    const shared = { circuitBreakers: circuitBreakers() };
    const message =
      "Cannot create resilience: circuitBreaker and on.circuitBreaker must be absent beside shared.circuitBreakers";
    expect(() => resilience({ circuitBreaker: { failureThreshold: 1 } }, shared)).toThrow(new TypeError(message));
    expect(() => resilience({}, { ...shared, on: { circuitBreaker: () => {} } })).toThrow(new TypeError(message));
    expect(stackOf(resilience({ circuitBreaker: false }, shared))?.circuit).toBeUndefined();
  });

  test("gives policies whose results are those of the operation", () => {
    expectTypeOf(resilience()).toEqualTypeOf<Policy>();
    expectTypeOf(resilience({ timeout: false })(() => 1)).toEqualTypeOf<Guarded<number>>();
    expectTypeOf<Parameters<NonNullable<ResilienceListeners["retry"]>>[0]>().toEqualTypeOf<RetryEvent>();
    // @ts-expect-error -- a duration is a number
    expect(() => resilience({ timeout: "30s" })).toThrow(RangeError);
    // @ts-expect-error -- a policy is switched off by false, and on by its options
    expect(() => resilience({ retry: true })).toThrow(TypeError);
    // @ts-expect-error -- a rate needs its time
    expect(() => resilience({ rateLimit: { limit: 1 } })).toThrow(RangeError);
    // @ts-expect-error -- a misspelt option
    expect(() => resilience({ retry: { maxAtempts: 1 } })).toThrow(TypeError);
  });
});

describe("the options of resilience()", () => {
  const refused: readonly (readonly [json: string, message: string])[] = [
    ["null", "config must be an object"],
    ["[]", "config must be an object"],
    [
      '{"retries":{}}',
      'config has no "retries" (options: "retry", "circuitBreaker", "rateLimit", "timeout", "bulkhead")',
    ],
    [
      '{"__proto__":{}}',
      'config has no "__proto__" (options: "retry", "circuitBreaker", "rateLimit", "timeout", "bulkhead")',
    ],
    [
      '{"constructor":{}}',
      'config has no "constructor" (options: "retry", "circuitBreaker", "rateLimit", "timeout", "bulkhead")',
    ],
    ['{"retry":true}', "retry must be an object"],
    ['{"retry":null}', "retry must be an object"],
    ['{"bulkhead":[]}', "bulkhead must be an object"],
    ['{"bulkhead":{"maxQueued":1}}', 'bulkhead has no "maxQueued" (options: "maxConcurrent", "maxQueue")'],
    ['{"timeout":0}', "timeout must be a number > 0 and <= 2147483647, got 0"],
    ['{"timeout":"30s"}', "timeout must be a number > 0 and <= 2147483647, got string"],
    ['{"timeout":null}', "timeout must be a number > 0 and <= 2147483647, got object"],
    ['{"timeout":2147483648}', "timeout must be a number > 0 and <= 2147483647, got 2147483648"],
    ['{"retry":{"maxAttempts":0}}', "retry.maxAttempts must be an integer >= 1, got 0"],
    ['{"retry":{"maxAttempts":1.5}}', "retry.maxAttempts must be an integer >= 1, got 1.5"],
    ['{"retry":{"baseDelay":-1}}', "retry.baseDelay must be a number >= 0 and <= 2147483647, got -1"],
    ['{"retry":{"maxElapsed":0}}', "retry.maxElapsed must be a number > 0, got 0"],
    [
      '{"retry":{"jitter":"some"}}',
      'retry.jitter must be "none", "full", "equal", "decorrelated" or { randomizationFactor }',
    ],
    ['{"retry":{"jitter":{"factor":1}}}', 'retry.jitter has no "factor" (options: "randomizationFactor")'],
    [
      '{"retry":{"jitter":{"randomizationFactor":2}}}',
      "retry.jitter.randomizationFactor must be a number >= 0 and <= 1, got 2",
    ],
    ['{"circuitBreaker":{"failureThreshold":0}}', "circuitBreaker.failureThreshold must be an integer >= 1, got 0"],
    ['{"circuitBreaker":{"openDuration":0}}', "circuitBreaker.openDuration must be a number > 0, got 0"],
    ['{"circuitBreaker":{"halfOpenProbes":0}}', "circuitBreaker.halfOpenProbes must be an integer >= 1, got 0"],
    ['{"rateLimit":{"limit":0,"per":1}}', "rateLimit.limit must be an integer >= 1, got 0"],
    ['{"rateLimit":{"limit":1,"per":0}}', "rateLimit.per must be a number > 0, got 0"],
    ['{"bulkhead":{"maxConcurrent":0}}', "bulkhead.maxConcurrent must be an integer >= 1, got 0"],
    ['{"bulkhead":{"maxQueue":-1}}', "bulkhead.maxQueue must be an integer >= 0, got -1"],
  ];

  test.each([...refused])("refuse %s", (json, message) => {
    const config: ResilienceConfig = JSON.parse(json);
    expect(() => resilience(config)).toThrow(`Cannot create resilience: ${message}`);
  });
});
