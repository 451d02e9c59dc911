import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { constantBackoff } from "./backoff.ts";
import { compose } from "./compose.ts";
import { hedge } from "./hedge.ts";
import { retry, type RetryEvent } from "./retry.ts";
import { retryBudget } from "./retry-budget.ts";
import { timeout } from "./timeout.ts";

describe("retryBudget()", () => {
  test("starts with the reserve and earns a retry for every five calls", () => {
    const budget = retryBudget({ clock: new VirtualClock() });
    expect(budget.balance).toBe(100);
    for (let call = 0; call < 14; call++) budget.deposit();
    expect(budget.balance).toBe(102);
    expect([budget.withdraw(), budget.balance]).toEqual([true, 101]);
  });

  test("denies what is not covered", () => {
    const budget = retryBudget({ minRetriesPerSecond: 0, percentCanRetry: 0.5, clock: new VirtualClock() });
    expect(budget.withdraw()).toBe(false);
    budget.deposit();
    expect(budget.withdraw()).toBe(false);
    budget.deposit();
    expect([budget.withdraw(), budget.withdraw(), budget.balance]).toEqual([true, false, 0]);
  });

  test("forgets deposits and withdrawals after ttl", async () => {
    const clock = new VirtualClock();
    const budget = retryBudget({ ttl: 1_000, minRetriesPerSecond: 1, percentCanRetry: 1, clock });
    for (let call = 0; call < 3; call++) budget.deposit();
    for (let retries = 0; retries < 4; retries++) expect(budget.withdraw()).toBe(true);
    await clock.advance(999);
    expect(budget.balance).toBe(0);
    await clock.advance(1);
    expect(budget.balance).toBe(1);
  });

  test("counts hundredths without losing one to rounding", () => {
    const budget = retryBudget({ minRetriesPerSecond: 0, percentCanRetry: 0.29, clock: new VirtualClock() });
    for (let call = 0; call < 100; call++) budget.deposit();
    expect(budget.balance).toBe(29);
  });

  test("is never negative, and spends no more in any ttl than was earned in it and the reserve", async () => {
    const events = fc.array(
      fc.record({ gap: fc.nat(60), kind: fc.constantFrom("deposit" as const, "withdraw" as const) }),
      { maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(
        events,
        fc.nat(3),
        fc.double({ min: 0, max: 2, noNaN: true }),
        async (all, perSecond, percent) => {
          const clock = new VirtualClock();
          const options = { ttl: 1_000, minRetriesPerSecond: perSecond, percentCanRetry: percent, clock };
          const budget = retryBudget(options);
          const log: { readonly step: number; readonly worth: number }[] = [];
          for (const { gap, kind } of all) {
            await clock.advance(gap);
            const step = Math.floor(clock.now() / 100);
            const recent = log.filter((entry) => entry.step > step - 10);
            const left = recent.reduce((sum, { worth }) => sum + worth, perSecond);
            expect(budget.balance).toBe(Math.max(0, Math.floor(left + 1e-9)));
            if (kind === "deposit") {
              budget.deposit();
              log.push({ step, worth: percent });
            } else if (budget.withdraw()) {
              expect(left).toBeGreaterThanOrEqual(1 - 1e-9);
              log.push({ step, worth: -1 });
            } else expect(left).toBeLessThan(1);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  test.each([
    [{ ttl: 0 }, "ttl must be a number > 0 and <= 2147483647, got 0"],
    [{ minRetriesPerSecond: -1 }, "minRetriesPerSecond must be a number >= 0 and <= 9007199254740991, got -1"],
    [{ percentCanRetry: 1_001 }, "percentCanRetry must be a number >= 0 and <= 1000, got 1001"],
  ])("rejects %j when created", (options, message) => {
    expect(() => retryBudget(options)).toThrow(new RangeError(`Cannot create retryBudget: ${message}`));
  });
});

describe("retry() under a budget", () => {
  test("stops with the last error once the budget that it shares is spent", async () => {
    const clock = new VirtualClock();
    const budget = retryBudget({ minRetriesPerSecond: 0, percentCanRetry: 0.5, clock });
    const events: RetryEvent[] = [];
    const options = { clock, budget, backoff: constantBackoff(1), on: (event: RetryEvent) => void events.push(event) };
    const [one, other] = [retry(options), compose(retry(options), timeout(10, { clock }))];
    let calls = 0;
    const error = new Error("down");
    const failing = () => (calls++, Promise.reject(error));
    const outcomes = [one, other, one, other].map((policy) => policy(failing)().catch((thrown: unknown) => thrown));
    await clock.advance(100);
    // Four first attempts, and the two others that they pay for.
    expect([await Promise.all(outcomes), calls, budget.balance]).toEqual([[error, error, error, error], 6, 0]);
    const reasons = events.flatMap((event) => (event.type === "giveUp" ? [event.reason] : []));
    expect(reasons).toEqual(["budget", "budget", "budget", "budget"]);
  });

  test("deposits for first attempts only, and asks for nothing it does not use", async () => {
    const clock = new VirtualClock();
    const log: string[] = [];
    const budget = {
      deposit: () => void log.push("deposit"),
      withdraw: () => (log.push("withdraw"), true),
      balance: 1,
    };
    const policy = retry({ clock, budget, backoff: constantBackoff(10), maxAttempts: 2 });
    const failing = () => Promise.reject(new Error("down"));
    const calls = [policy(() => 1)(), policy(failing)(), policy(failing)({ deadline: 5 })];
    const settled = Promise.allSettled(calls);
    await clock.advance(100);
    await settled;
    await policy(() => 1)({ signal: AbortSignal.abort() }).catch(() => {});
    expect(log).toEqual(["deposit", "deposit", "deposit", "withdraw"]);
  });

  test("shares with hedge(), whose copies are other attempts too", async () => {
    const clock = new VirtualClock();
    const budget = retryBudget({ minRetriesPerSecond: 0, percentCanRetry: 1, clock });
    let calls = 0;
    const guarded = hedge({ delay: 10, maxHedges: 5, budget, clock })(() => {
      calls++;
      return clock.sleep(100);
    });
    const result = guarded();
    await clock.advance(100);
    await result;
    expect([calls, budget.balance]).toEqual([2, 0]);
  });
});
