import { describe, expect, test } from "bun:test";
import { BulkheadFullError } from "../errors.ts";
import { rejectionOf } from "../testing/rejection-of.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { bulkhead } from "./bulkhead.ts";
import { circuitBreaker } from "./circuit-breaker.ts";
import { compose } from "./compose.ts";
import { hedge, type HedgeOptions } from "./hedge.ts";
import type { HedgeEvent } from "./hedged-call.ts";
import type { Context } from "./policy.ts";
import { consecutive } from "./window.ts";

/** A hedged operation whose copies are ended by hand, in any order. */
function setUp(options: Partial<HedgeOptions> = {}) {
  const clock = new VirtualClock();
  const events: HedgeEvent[] = [];
  const copies: {
    readonly at: number;
    readonly context: Context;
    resolve(value: unknown): void;
    reject(e: unknown): void;
  }[] = [];
  const policy = hedge({ delay: 100, clock, on: (event) => void events.push(event), ...options });
  const guarded = policy(
    (context) => new Promise<unknown>((resolve, reject) => copies.push({ at: clock.now(), context, resolve, reject })),
  );
  const starts = () => copies.map(({ at }) => at);
  const aborted = () => copies.map(({ context }) => context.signal.aborted);
  return { clock, events, copies, guarded, starts, aborted };
}

describe("hedge()", () => {
  test("starts no copy of what answers in time, and leaves no timer", async () => {
    const { clock, events, copies, guarded, aborted } = setUp();
    const result = guarded();
    await clock.advance(99);
    copies[0]?.resolve("fast");
    expect(await result).toBe("fast");
    await clock.advance(1_000);
    expect([copies.length, aborted(), clock.pending]).toEqual([1, [false], 0]);
    expect(events).toEqual([{ type: "won", copy: 1, after: 99 }]);
  });

  test("takes the first success and stops the other copies, but not the one that won", async () => {
    const { clock, events, copies, guarded, starts, aborted } = setUp({ maxHedges: 2 });
    const result = guarded({ key: "k", attempt: 4 });
    await clock.advance(250);
    copies[1]?.resolve("second");
    expect(await result).toBe("second");
    expect([starts(), aborted()]).toEqual([
      [0, 100, 200],
      [true, false, true],
    ]);
    expect(copies.map(({ context }) => [context.key, context.attempt])).toEqual(
      Array.from({ length: 3 }, () => ["k", 4]),
    );
    expect(copies[0]?.context.signal.reason).toMatchObject({ code: "CANCELLED" });
    expect(events).toEqual([
      { type: "hedge", copy: 2, after: 100 },
      { type: "hedge", copy: 3, after: 200 },
      { type: "won", copy: 2, after: 250 },
    ]);
    copies[0]?.reject(new Error("late"));
    await clock.advance(1_000);
    expect(clock.pending).toBe(0);
  });

  test("resilience4j HedgeImpl: a copy that fails never beats one that is still good", async () => {
    const { clock, copies, guarded, aborted } = setUp({ maxHedges: 2 });
    const result = guarded();
    await clock.advance(100);
    copies[1]?.reject(new Error("down"));
    await clock.advance(50);
    copies[0]?.resolve("slow but good");
    expect(await result).toBe("slow but good");
    // Only what still runs has anything to stop.
    expect(aborted()).toEqual([false, false, true]);
  });

  test("lets a copy that has lost begin nothing more", async () => {
    const { clock, copies, guarded } = setUp();
    const result = guarded();
    await clock.advance(100);
    copies[1]?.resolve("second");
    await result;
    let calls = 0;
    const further = bulkhead()(() => ++calls)(copies[0]?.context);
    expect([await rejectionOf(further), calls]).toMatchObject([{ code: "CANCELLED" }, 0]);
  });

  test("starts the next copy at once when one fails, and counts the delay from there", async () => {
    const { clock, copies, guarded, starts } = setUp({ maxHedges: 3 });
    const result = guarded();
    await clock.advance(30);
    copies[0]?.reject(new Error("down"));
    await clock.advance(99);
    expect(starts()).toEqual([0, 30]);
    await clock.advance(1);
    expect(starts()).toEqual([0, 30, 130]);
    copies[2]?.resolve("third");
    expect(await result).toBe("third");
    expect(clock.pending).toBe(0);
  });

  test("gives all errors in the order in which the copies started, not that in which they failed", async () => {
    const { clock, copies, guarded } = setUp({ maxHedges: 2 });
    const result = guarded();
    await clock.advance(200);
    for (const index of [2, 0, 1]) copies[index]?.reject(new Error(`no. ${index}`));
    const error = await rejectionOf(result);
    expect(error).toEqual(
      new AggregateError(
        [new Error("no. 0"), new Error("no. 1"), new Error("no. 2")],
        "Cannot complete call: all 3 copies of it failed",
      ),
    );
    expect([copies.length, clock.pending]).toEqual([3, 0]);
  });

  test("gives the error itself where another copy would not help, having waited for those under way", async () => {
    const { clock, copies, guarded } = setUp({ maxHedges: 5, hedgeIf: () => false });
    const error = new TypeError("bug");
    const alone = guarded();
    copies[0]?.reject(error);
    expect(await rejectionOf(alone)).toBe(error);
    const result = guarded();
    await clock.advance(100);
    copies[1]?.reject(error);
    await clock.advance(1_000);
    copies[2]?.resolve("fine");
    expect([await result, copies.length]).toEqual(["fine", 3]);
  });

  test("stops all copies when the caller aborts, with the reason by identity", async () => {
    const { clock, copies, guarded } = setUp({ maxHedges: 5 });
    const controller = new AbortController();
    const result = rejectionOf(guarded({ signal: controller.signal }));
    await clock.advance(100);
    const { signal } = copies[0]?.context ?? {};
    const reason = new Error("stop");
    controller.abort(reason);
    expect(await result).toBe(reason);
    expect([signal?.reason === reason, copies[1]?.context.signal.reason === reason]).toEqual([true, true]);
    await clock.advance(1_000);
    expect([copies.length, clock.pending]).toEqual([2, 0]);
  });

  test("starts nothing more when one of its callbacks has stopped the caller", async () => {
    const controller = new AbortController();
    const { clock, copies, guarded } = setUp({ hedgeIf: () => (controller.abort("stop"), true) });
    const result = guarded({ signal: controller.signal });
    copies[0]?.reject(new Error("down"));
    expect(await rejectionOf(result)).toBe("stop");
    expect([copies.length, clock.pending]).toEqual([1, 0]);
  });

  test("starts nothing more when a failing copy had stopped the caller", async () => {
    const { clock, copies, guarded } = setUp();
    const controller = new AbortController();
    const result = guarded({ signal: controller.signal });
    copies[0]?.reject(new Error("down"));
    controller.abort("stop");
    expect(await rejectionOf(result)).toBe("stop");
    await clock.advance(1_000);
    expect([copies.length, clock.pending]).toEqual([1, 0]);
  });

  test("asks for the delay before each copy and takes nonsense for no delay", async () => {
    const delays = [20, 70, Number.NaN];
    const { clock, copies, guarded, starts } = setUp({ maxHedges: 3, delay: () => delays.shift() ?? 0 });
    const result = guarded();
    await clock.advance(500);
    expect(starts()).toEqual([0, 20, 90, 90]);
    copies[3]?.resolve("last");
    expect(await result).toBe("last");
  });

  test("with an infinite delay only replaces what fails", async () => {
    const { clock, copies, guarded } = setUp({ delay: Infinity });
    const result = guarded();
    await clock.advance(100_000);
    expect([copies.length, clock.pending]).toEqual([1, 0]);
    copies[0]?.reject(new Error("down"));
    await clock.advance(0);
    copies[1]?.resolve("second");
    expect(await result).toBe("second");
  });

  test("starts no copy at or after the deadline", async () => {
    const { clock, copies, guarded } = setUp({ maxHedges: 5 });
    const error = new Error("down");
    const result = rejectionOf(guarded({ deadline: 100 }));
    await clock.advance(100);
    copies[0]?.reject(error);
    expect([await result, copies.length, clock.pending]).toEqual([error, 1, 0]);
    expect(await rejectionOf(guarded({ deadline: 100 }))).toMatchObject({ code: "TIMEOUT", timeout: 0 });
  });

  test("starts no copy that the budget does not pay for", async () => {
    const log: string[] = [];
    const budget = {
      deposit: () => void log.push("deposit"),
      withdraw: () => (log.push("withdraw"), false),
      balance: 0,
    };
    const { clock, copies, guarded } = setUp({ budget });
    const error = new Error("down");
    const result = rejectionOf(guarded());
    await clock.advance(100);
    copies[0]?.reject(error);
    expect([await result, copies.length, log]).toEqual([error, 1, ["deposit", "withdraw", "withdraw"]]);
    const second = guarded({ attempt: 2 });
    copies[1]?.resolve("fine");
    expect([await second, log.length]).toEqual(["fine", 3]);
  });

  test.each([
    ["delay", { delay: () => fail() }, 0],
    ["hedgeIf", { hedgeIf: () => fail() }, 1],
  ])("rejects with what %s throws instead of hanging", async (_name, options, copiesRun) => {
    const { clock, copies, guarded } = setUp(options);
    const result = guarded();
    copies[0]?.reject(new Error("down"));
    expect(await rejectionOf(result)).toMatchObject({ message: "callback failed" });
    expect([copies.length, clock.pending]).toEqual([copiesRun, 0]);
  });

  test("stops the copies under way when the delay of a later one cannot be told", async () => {
    let asked = 0;
    const { clock, copies, guarded, aborted } = setUp({ maxHedges: 2, delay: () => (asked++ === 0 ? 10 : fail()) });
    const result = rejectionOf(guarded());
    await clock.advance(10);
    expect([await result, aborted()]).toMatchObject([{ message: "callback failed" }, [true]]);
    expect([copies.length, clock.pending]).toEqual([1, 0]);
  });

  test("resilience4j#1657 through copies: those refused by a full bulkhead do not open the circuit", async () => {
    const clock = new VirtualClock();
    const breaker = circuitBreaker({ window: consecutive(1), clock });
    const room = bulkhead({ maxConcurrent: 1, clock });
    const policy = compose(breaker, hedge({ delay: 10, clock }), room);
    void room(() => new Promise(() => {}))();
    const error = await rejectionOf(policy(() => 1)());
    expect(error).toMatchObject({ errors: [expect.any(BulkheadFullError), expect.any(BulkheadFullError)] });
    expect(breaker.state).toBe("closed");
  });

  test.each([
    [{ delay: -1 }, "delay must be a number >= 0, got -1"],
    [{ delay: Number.NaN }, "delay must be a number >= 0, got NaN"],
    [{ delay: 1, maxHedges: 0 }, "maxHedges must be an integer >= 1, got 0"],
  ])("rejects %j when created", (options, message) => {
    expect(() => hedge(options)).toThrow(new RangeError(`Cannot create hedge: ${message}`));
  });
});

function fail(): never {
  throw new Error("callback failed");
}
