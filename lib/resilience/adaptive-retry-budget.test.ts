import { describe, expect, expectTypeOf, test } from "bun:test";
import * as fc from "fast-check";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { adaptiveRetryBudget } from "./adaptive-retry-budget.ts";
import { constantBackoff } from "./backoff.ts";
import { hedge } from "./hedge.ts";
import { retry } from "./retry.ts";
import type { RetryBudget } from "./retry-budget.ts";

function failing(budget: RetryBudget, clock: VirtualClock) {
  const counts = { calls: 0 };
  const policy = retry({ budget, clock, backoff: constantBackoff(1) });
  const call = policy(() => {
    counts.calls++;
    return Promise.reject(new Error("down"));
  });
  return { counts, call: () => call().catch(() => {}) };
}

describe("adaptiveRetryBudget()", () => {
  test("is a retry budget with ten retries at first", () => {
    const budget = adaptiveRetryBudget();
    expectTypeOf(budget).toEqualTypeOf<RetryBudget>();
    expect(budget.balance).toBe(10);
  });

  test.each([1, 3, 10])("spends a burst of %d while all fail, and nothing after it", async (burst) => {
    const clock = new VirtualClock();
    const { counts, call } = failing(adaptiveRetryBudget({ burst }), clock);
    for (let count = 0; count < 100; count++) {
      const over = call();
      await clock.advance(10);
      await over;
    }
    expect(counts.calls).toBe(100 + burst);
  });

  test("earns nothing by calls that fail together either", async () => {
    const clock = new VirtualClock();
    const budget = adaptiveRetryBudget({ burst: 5 });
    const { counts, call } = failing(budget, clock);
    for (let count = 0; count < 10; count++) {
      const over = Promise.all(Array.from({ length: 40 }, call));
      await clock.advance(100);
      await over;
    }
    expect(counts.calls).toBeLessThanOrEqual(405);
  });

  test("pays for one retry with ten successes", async () => {
    const clock = new VirtualClock();
    const budget = adaptiveRetryBudget({ burst: 1 });
    const { counts, call } = failing(budget, clock);
    const fail = async () => {
      const over = call();
      await clock.advance(10);
      await over;
    };
    await fail();
    expect([counts.calls, budget.balance]).toEqual([2, 0]);
    const fine = retry({ budget, clock })(() => "fine");
    for (let count = 0; count < 9; count++) await fine();
    await fail();
    expect([counts.calls, budget.balance]).toEqual([3, 0]);
    await fine();
    expect(budget.balance).toBe(1);
    await fail();
    expect(counts.calls).toBe(5);
  });

  test("lets all be retried while few fail", async () => {
    const clock = new VirtualClock();
    let calls = 0;
    const policy = retry({ budget: adaptiveRetryBudget(), clock, backoff: constantBackoff(1) });
    const flaky = policy(() => (++calls % 20 === 0 ? Promise.reject(new Error("once")) : calls));
    let succeeded = 0;
    for (let count = 0; count < 1_000; count++) {
      const result = flaky();
      await clock.advance(1);
      succeeded += (await result) > 0 ? 1 : 0;
    }
    expect([succeeded, calls]).toEqual([1_000, 1_052]);
  });

  test("never lets through more retries than the burst and its part of the attempts that did not fail", () => {
    const events = fc.array(fc.constantFrom("deposit" as const, "withdraw" as const), { maxLength: 300 });
    const ratio = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(events, ratio, fc.integer({ min: 1, max: 20 }), (all, retriesPerSuccess, burst) => {
        const budget = adaptiveRetryBudget({ retriesPerSuccess, burst });
        let [attempts, failed, granted] = [0, 0, 0];
        for (const event of all) {
          if (event === "deposit") {
            attempts++;
            budget.deposit();
          } else if (failed < attempts) {
            failed++;
            if (!budget.withdraw()) continue;
            granted++;
            attempts++;
            expect(granted).toBeLessThanOrEqual(burst + retriesPerSuccess * (attempts - failed) + 1e-6);
          }
          expect(budget.balance >= 0 && budget.balance <= burst + 1).toBe(true);
        }
      }),
    );
  });

  test("can be repaid however often a slow call has asked for hedges", async () => {
    const clock = new VirtualClock();
    const budget = adaptiveRetryBudget({ burst: 2 });
    const slow = hedge({ delay: 1, maxHedges: 10, budget, clock })(() => clock.sleep(100));
    for (let count = 0; count < 50; count++) {
      const over = slow();
      await clock.advance(100);
      await over;
    }
    expect(budget.balance).toBe(0);
    for (let count = 0; count < 40; count++) budget.deposit();
    expect(budget.balance).toBe(2);
  });

  test.each([
    [{ retriesPerSuccess: -0.1 }, "retriesPerSuccess must be a number >= 0 and <= 1, got -0.1"],
    [{ retriesPerSuccess: 2 }, "retriesPerSuccess must be a number >= 0 and <= 1, got 2"],
    [{ burst: 0 }, "burst must be a number >= 1 and <= 1000000, got 0"],
    [{ burst: Infinity }, "burst must be a number >= 1 and <= 1000000, got Infinity"],
  ])("rejects %j when created", (options, message) => {
    expect(() => adaptiveRetryBudget(options)).toThrow(new RangeError(`Cannot create adaptiveRetryBudget: ${message}`));
  });
});
