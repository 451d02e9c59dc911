import { describe, expect, test } from "bun:test";
import { clients, faults, overload, saturation, simulate } from "../../bench/overload-simulation.ts";

const seeds = [1, 2, 3];

describe("a server that has lost most of its capacity for ten seconds", () => {
  test.each(seeds)("stays down for good under fixed retries, with and without a budget (seed %d)", async (seed) => {
    for (const client of [clients.fixed, clients.budget]) {
      const { before, after, recovery, attemptsPerSuccess } = await simulate(overload, client, seed);
      expect(before).toBeGreaterThan(0.99);
      expect([after, recovery]).toEqual([0, Infinity]);
      expect(attemptsPerSuccess).toBeGreaterThan(20);
    }
  });

  test.each(seeds)("recovers under an adaptive retry budget as if there were no retries (seed %d)", async (seed) => {
    const adaptive = await simulate(overload, clients.adaptiveBudget, seed);
    const none = await simulate(overload, clients.noRetries, seed);
    const strict = await simulate(overload, clients.strictBudget, seed);
    expect(adaptive.recovery).toBeLessThan(none.recovery + 2_000);
    expect(adaptive.recovery).toBeLessThan(strict.recovery - 5_000);
    expect(adaptive.after).toBeGreaterThan(strict.after + 0.1);
    expect(adaptive.attemptsPerSuccess).toBeLessThan(4);
  });

  test.each(seeds)("recovers within seconds under adaptive concurrency (seed %d)", async (seed) => {
    for (const client of [clients.adaptiveRoom, clients.adaptive]) {
      const { before, after, recovery, p99, attemptsPerSuccess } = await simulate(overload, client, seed);
      expect(before).toBeGreaterThan(0.99);
      expect(after).toBeGreaterThan(0.85);
      expect(recovery).toBeLessThan(8_000);
      expect(p99).toBeLessThan(800);
      expect(attemptsPerSuccess).toBeLessThan(1.3);
    }
  });
});

describe("a server that is offered half as much again as it can do", () => {
  test.each(seeds)(
    "does nothing for anybody but under adaptive concurrency, where it keeps busy (seed %d)",
    async (seed) => {
      const fixed = await simulate(saturation, clients.fixed, seed);
      const adaptive = await simulate(saturation, clients.adaptiveRoom, seed);
      // Two thirds is what it can do.
      expect([fixed.after, adaptive.after]).toEqual([0, expect.closeTo(0.63, 1)]);
    },
  );
});

describe("a server that fails one call in ten, with time to spare", () => {
  test.each(seeds)("gets its retries from adaptive policies too (seed %d)", async (seed) => {
    const none = await simulate(faults, clients.noRetries, seed);
    const fixed = await simulate(faults, clients.fixed, seed);
    const adaptive = await simulate(faults, clients.adaptive, seed);
    expect(none.after).toBeLessThan(0.92);
    expect(adaptive.after).toBeGreaterThan(fixed.after - 0.02);
  });
});

test("the simulation gives the same figures for the same seed", async () => {
  const short = { ...overload, end: 20_000 };
  expect(await simulate(short, clients.adaptive, 7)).toEqual(await simulate(short, clients.adaptive, 7));
});
