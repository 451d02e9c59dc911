import { describe, expect, expectTypeOf, test } from "bun:test";
import * as fc from "fast-check";
import { BulkheadFullError, RetryableError } from "../errors.ts";
import { rejectionOf } from "../testing/rejection-of.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import {
  type AdaptiveConcurrency,
  adaptiveConcurrency,
  type AdaptiveConcurrencyEvent,
} from "./adaptive-concurrency.ts";
import { compose } from "./compose.ts";
import type { Policy } from "./policy.ts";
import { retry } from "./retry.ts";
import { timeout } from "./timeout.ts";

const never = () => new Promise<never>(() => {});

/** Keeps as many calls under way as the policy lets run, for a number of round trips of `latency` each. */
async function saturate(
  policy: AdaptiveConcurrency,
  clock: VirtualClock,
  trips: number,
  end: () => unknown = () => "done",
  latency = 100,
): Promise<void> {
  const call = policy(() => clock.sleep(latency).then(end));
  for (let trip = 0; trip < trips; trip++) {
    const calls = Array.from({ length: policy.limit }, () => call().catch(() => {}));
    await clock.advance(latency);
    await Promise.all(calls);
  }
}

const down = () => Promise.reject(new Error("down"));

describe("adaptiveConcurrency()", () => {
  test("begins with 20 places, refuses what is more, and says what there is", async () => {
    const policy = adaptiveConcurrency();
    expectTypeOf(policy).toExtend<Policy>();
    expectTypeOf(policy(() => 1)).returns.resolves.toEqualTypeOf<number>();
    for (let call = 0; call < 20; call++) void policy(never)();
    expect(await rejectionOf(policy(never)({ key: "http", attempt: 2 }))).toEqual(
      new BulkheadFullError('Cannot call "http": its bulkhead is full with 20 active and 0 queued', { attempts: 1 }),
    );
    expect([policy.limit, policy.active, policy.queued]).toEqual([20, 20, 0]);
  });

  test.each([
    [{ max: 8 }, 8],
    [{ min: 30 }, 30],
    [{ min: 5, max: 50, initial: 7 }, 7],
  ])("begins between its bounds, given %j", (options, limit) => {
    expect(adaptiveConcurrency(options).limit).toBe(limit);
  });

  test("grows by four fifths a round trip while all places are taken and calls take as long as usual", async () => {
    const clock = new VirtualClock();
    const policy = adaptiveConcurrency({ clock, max: 25 });
    await saturate(policy, clock, 5);
    expect(policy.limit).toBe(24);
    await saturate(policy, clock, 20);
    expect(policy.limit).toBe(25);
  });

  test("does not grow while less than half of its places are taken", async () => {
    const clock = new VirtualClock();
    const policy = adaptiveConcurrency({ clock });
    const call = policy(() => clock.sleep(100));
    for (let count = 0; count < 50; count++) {
      const calls = Array.from({ length: 9 }, () => call());
      await clock.advance(100);
      await Promise.all(calls);
    }
    expect(policy.limit).toBe(20);
  });

  test("shrinks while calls take longer than usual, and grows again once they do not", async () => {
    const clock = new VirtualClock();
    const policy = adaptiveConcurrency({ clock });
    await saturate(policy, clock, 12);
    const usual = policy.limit;
    await saturate(policy, clock, 5, undefined, 400);
    const slow = policy.limit;
    await saturate(policy, clock, 10);
    expect([usual, slow]).toEqual([29, 17]);
    expect(policy.limit).toBeGreaterThan(20);
  });

  test("halves for every round trip in which all calls fail, down to its minimum, and recovers", async () => {
    const clock = new VirtualClock();
    const limits: number[] = [];
    const policy = adaptiveConcurrency({ clock, min: 2 });
    await saturate(policy, clock, 2);
    for (let trip = 0; trip < 3; trip++) {
      await saturate(policy, clock, 1, down);
      limits.push(policy.limit);
    }
    await saturate(policy, clock, 20, down);
    limits.push(policy.limit);
    await saturate(policy, clock, 40);
    expect(limits).toEqual([10, 5, 5, 2]);
    expect(policy.limit).toBeGreaterThan(20);
  });

  test("takes 429 for too much, and other refusals of the callee for nothing", async () => {
    const clock = new VirtualClock();
    const tooMany = adaptiveConcurrency({ clock });
    const notFound = adaptiveConcurrency({ clock });
    await saturate(tooMany, clock, 3, () => Promise.reject(Object.assign(new Error("slow down"), { status: 429 })));
    await saturate(notFound, clock, 3, () =>
      Promise.reject(Object.assign(new Error("no such thing"), { status: 404 })),
    );
    expect([tooMany.limit, notFound.limit]).toEqual([5, 20]);
  });

  test("asks classify instead, if there is one, about values too", async () => {
    const clock = new VirtualClock();
    const policy = adaptiveConcurrency<string>({
      clock,
      classify: (outcome) => (outcome.ok && outcome.value === "busy" ? "failure" : "success"),
    });
    await saturate(policy, clock, 1, () => "busy");
    expect(policy.limit).toBe(10);
  });

  test("rejects with what classify throws, and keeps no place for it", async () => {
    const policy = adaptiveConcurrency({
      classify: () => {
        throw new Error("no idea");
      },
    });
    expect(await rejectionOf(policy(() => 1)())).toEqual(new Error("no idea"));
    expect(policy.active).toBe(0);
  });

  test("takes an attempt that a timeout ended for a failure", async () => {
    const clock = new VirtualClock();
    const policy = adaptiveConcurrency({ clock });
    const call = compose(timeout(50, { clock }), policy)(({ signal }) => clock.sleep(1_000, signal));
    const calls = Array.from({ length: 20 }, () => call().catch(() => {}));
    await clock.advance(50);
    await Promise.all(calls);
    expect([policy.limit, policy.active]).toEqual([10, 0]);
  });

  test("blames nobody for a time limit that ended a call before the usual latency had passed, nor for an abort", async () => {
    const clock = new VirtualClock();
    const policy = adaptiveConcurrency({ clock });
    await saturate(policy, clock, 2);
    const call = policy(({ signal }) => clock.sleep(1_000, signal));
    const { limit } = policy;
    const controller = new AbortController();
    const short = timeout(50, { clock });
    const calls = Array.from({ length: limit }, (_, index) =>
      (index % 2 === 0 ? short((context) => call(context))() : call({ signal: controller.signal })).catch(() => {}),
    );
    await clock.advance(500);
    controller.abort(new Error("never mind"));
    await Promise.all(calls);
    expect([policy.limit, policy.active]).toEqual([limit, 0]);
  });

  test("shrinks once by what was under way together, not once for each round trip that it takes to hear of it", async () => {
    const clock = new VirtualClock();
    const policy = adaptiveConcurrency({ clock, initial: 40, max: 40 });
    const calls = Array.from({ length: 40 }, (_, index) =>
      policy(() => clock.sleep(100 + index).then(down))().catch(() => {}),
    );
    await clock.advance(139);
    const refill = policy(() => clock.sleep(1).then(down));
    await Promise.all([...calls, clock.advance(0)]);
    const limit = policy.limit;
    for (let count = 0; count < 5; count++) {
      const one = refill().catch(() => {});
      await clock.advance(1);
      await one;
    }
    expect([limit, policy.limit]).toEqual([20, 20]);
  });

  test("makes who is too many wait, with maxQueue, and gives added places away at once", async () => {
    const clock = new VirtualClock();
    const events: AdaptiveConcurrencyEvent[] = [];
    const policy = adaptiveConcurrency({
      clock,
      initial: 1,
      maxQueue: 3,
      maxWait: 1_000,
      on: (event) => void events.push(event),
    });
    const call = policy(() => clock.sleep(10));
    const calls = [call(), call(), call(), call()];
    expect([policy.active, policy.queued]).toEqual([1, 3]);
    await clock.advance(30);
    await Promise.all(calls);
    expect(events.filter(({ type }) => type === "limit")).toEqual([
      { type: "limit", limit: 2, active: 2, queued: 1 },
      { type: "limit", limit: 3, active: 1, queued: 0 },
    ]);
    expect([policy.limit, clock.now(), clock.pending]).toEqual([3, 30, 0]);
  });

  test("refuses in a way that retry comes again for", async () => {
    const clock = new VirtualClock();
    const policy = adaptiveConcurrency({ clock, initial: 1, max: 1 });
    const first = policy(() => clock.sleep(100))();
    const second = compose(retry({ clock, random: () => 0.5 }), policy)(() => "done")();
    await clock.advance(2_000);
    expect([await first, await second]).toEqual([undefined, "done"]);
  });

  test("keeps within its bounds and its limit, reuses every place and loses no waiter, whatever calls do", async () => {
    const behaviour = fc.record({
      gap: fc.nat(30),
      latency: fc.nat(200),
      end: fc.constantFrom("succeed" as const, "fail" as const, "ignore" as const, "abort" as const, "throw" as const),
    });
    const bounds = fc.record({ min: fc.integer({ min: 1, max: 4 }), extra: fc.nat(6), maxQueue: fc.nat(5) });
    await fc.assert(
      fc.asyncProperty(bounds, fc.array(behaviour, { maxLength: 80 }), async ({ min, extra, maxQueue }, all) => {
        const clock = new VirtualClock();
        const max = min + extra;
        const policy = adaptiveConcurrency({ clock, min, max, maxQueue });
        let settled = 0;
        for (const { gap, latency, end } of all) {
          const controller = new AbortController();
          const call = policy(async ({ signal }) => {
            expect(policy.active).toBeLessThanOrEqual(policy.limit);
            if (end === "throw") throw new RetryableError("at once");
            await clock.sleep(latency, signal);
            if (end === "fail") throw new Error("down");
            if (end === "ignore") throw new TypeError("a bug");
          });
          const count = () => void settled++;
          call({ signal: controller.signal }).then(count, count);
          if (end === "abort") clock.timer(latency / 2, () => controller.abort());
          await clock.advance(gap);
          expect(policy.limit >= min && policy.limit <= max && policy.active <= max).toBe(true);
        }
        await clock.advance(20_000);
        expect([settled, policy.active, policy.queued, clock.pending]).toEqual([all.length, 0, 0, 0]);
        const { limit } = policy;
        const free = Array.from({ length: limit }, () => policy(() => "free")());
        expect(await Promise.all(free)).toHaveLength(limit);
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    [{ min: 0 }, "min must be an integer >= 1, got 0"],
    [{ max: 0 }, "max must be an integer >= 1, got 0"],
    [{ min: 5, max: 4 }, "max must be an integer >= 5, got 4"],
    [{ initial: 201 }, "initial must be an integer >= 1 and <= 200, got 201"],
    [{ tolerance: 0.9 }, "tolerance must be a number >= 1, got 0.9"],
    [{ smoothing: 0 }, "smoothing must be a number > 0 and <= 1, got 0"],
    [{ longWindow: 1.5 }, "longWindow must be an integer >= 1, got 1.5"],
  ])("rejects %j when created", (options, message) => {
    expect(() => adaptiveConcurrency(options)).toThrow(new RangeError(`Cannot create adaptiveConcurrency: ${message}`));
  });

  test("has places and options as a bulkhead has, which is who rejects wrong ones", () => {
    expect(() => adaptiveConcurrency({ maxQueue: -1 })).toThrow(RangeError);
    // @ts-expect-error -- a bulkhead's own limit: this one finds its own
    adaptiveConcurrency({ maxConcurrent: 5 });
  });
});
