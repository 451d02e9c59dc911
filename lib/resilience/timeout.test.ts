import { describe, expect, test } from "bun:test";
import { TimeoutError } from "../errors.ts";
import { rejectionOf } from "../testing/rejection-of.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { cooperative } from "./cooperative.ts";
import type { Context } from "./policy.ts";
import { timeout, type TimeoutEvent } from "./timeout.ts";

const never = () => new Promise<never>(() => {});

function settled(promise: Promise<unknown>): { outcome: unknown } {
  const box: { outcome: unknown } = { outcome: "pending" };
  promise.then(
    (value) => (box.outcome = { value }),
    (error: unknown) => (box.outcome = { error }),
  );
  return box;
}

describe("timeout()", () => {
  test("rejects when time is up and aborts the signal with the same error", async () => {
    const clock = new VirtualClock();
    const events: TimeoutEvent[] = [];
    let context: Context | undefined;
    const policy = timeout(50, { clock, on: (event) => void events.push(event) });
    const call = settled(
      policy((ctx) => {
        context = ctx;
        expect(ctx.signal.aborted).toBe(false);
        return never();
      })(),
    );
    await clock.advance(49);
    expect(call.outcome).toBe("pending");
    await clock.advance(1);
    const error: unknown = context?.signal.reason;
    expect(call.outcome).toEqual({ error });
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ message: "Cannot complete call: no result within 50 ms", timeout: 50, attempts: 1 });
    expect(events).toEqual([{ type: "timeout", after: 50 }]);
    expect([context?.deadline, clock.pending]).toEqual([50, 0]);
  });

  test("shows an aborted signal to an operation that first looks at it too late", async () => {
    const clock = new VirtualClock();
    let context: Context | undefined;
    const call = settled(timeout(5, { clock })((ctx) => ((context = ctx), never()))());
    await clock.advance(5);
    expect(call.outcome).toEqual({ error: context?.signal.reason });
  });

  test("never aborts the signal of a call that succeeded", async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    const signal = await timeout(5, { clock })((ctx) => ctx.signal)({ signal: controller.signal });
    await clock.advance(10);
    controller.abort();
    expect(signal.aborted).toBe(false);
  });

  test("swallows and reports what comes too late", async () => {
    const clock = new VirtualClock();
    const events: TimeoutEvent[] = [];
    const policy = timeout(10, { clock, on: (event) => void events.push(event) });
    const late = new Error("late");
    const failing = settled(policy(() => clock.sleep(30).then(() => Promise.reject(late)))());
    const passing = settled(policy(() => clock.sleep(40))());
    await clock.advance(50);
    expect([failing.outcome, passing.outcome]).toEqual([
      { error: expect.any(TimeoutError) },
      { error: expect.any(TimeoutError) },
    ]);
    expect(events.slice(2)).toEqual([
      { type: "lateSettlement", after: 30, outcome: "rejected", error: late },
      { type: "lateSettlement", after: 40, outcome: "fulfilled" },
    ]);
  });

  test("ends many calls at their own time with one armed timer", async () => {
    const clock = new VirtualClock();
    const ended: number[] = [];
    const guarded = timeout(100, { clock })(never);
    for (let call = 0; call < 10; call++) {
      guarded().catch(() => ended.push(clock.now()));
      await clock.advance(5);
    }
    expect(clock.pending).toBe(1);
    await clock.advance(200);
    expect(ended).toEqual([100, 105, 110, 115, 120, 125, 130, 135, 140, 145]);
    expect(clock.pending).toBe(0);
  });

  test("leaves no timer armed a turn after its last call", async () => {
    const clock = new VirtualClock();
    const guarded = timeout(100, { clock })(() => Promise.resolve());
    for (let call = 0; call < 100; call++) await guarded();
    expect(clock.pending).toBeLessThanOrEqual(2);
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });

  test("ends the next call in time even if a listener has made another one meanwhile", async () => {
    const clock = new VirtualClock();
    const ends: number[] = [];
    const start = (): void => void guarded().catch(() => ends.push(clock.now()));
    let isFirst = true;
    const on = ({ type }: TimeoutEvent): void => {
      if (type === "timeout" && isFirst) start();
      isFirst = false;
    };
    const guarded = timeout(50, { clock, on })(never);
    start();
    await clock.advance(5);
    start();
    await clock.advance(200);
    expect(ends).toEqual([50, 55, 100]);
  });

  test("arms no timer for Infinity", async () => {
    const clock = new VirtualClock();
    const call = settled(timeout(Infinity, { clock })(never)());
    expect(clock.pending).toBe(0);
    await clock.advance(2 ** 31);
    expect(call.outcome).toBe("pending");
  });

  test("ends at the caller's deadline when that comes first", async () => {
    const clock = new VirtualClock();
    await clock.advance(1_000);
    for (const ms of [50, Infinity]) {
      const call = settled(timeout(ms, { clock })(never)({ deadline: clock.now() + 20 }));
      await clock.advance(20);
      expect(call.outcome).toMatchObject({ error: { code: "TIMEOUT", timeout: 20 } });
    }
    expect(clock.pending).toBe(0);
  });

  test("disposes the timer of a call that ends before its deadline", async () => {
    const clock = new VirtualClock();
    expect(await timeout(50, { clock })(() => 1)({ deadline: 20 })).toBe(1);
    expect(clock.pending).toBe(0);
  });

  test("does not start a call whose deadline has passed", async () => {
    const clock = new VirtualClock();
    await clock.advance(10);
    let calls = 0;
    const call = timeout(50, { clock })(() => ++calls)({ deadline: 10 });
    expect(await rejectionOf(call)).toEqual(
      new TimeoutError("Cannot start call: its deadline has passed", { timeout: 0 }),
    );
    expect(calls).toBe(0);
  });

  test("rejects when a cooperative operation has stopped, whatever it then says", async () => {
    const clock = new VirtualClock();
    const events: TimeoutEvent[] = [];
    const options = { strategy: cooperative(), clock, on: (event: TimeoutEvent) => void events.push(event) } as const;
    let reason: unknown;
    const call = settled(
      timeout(
        10,
        options,
      )(async ({ signal }) => {
        await clock.sleep(15);
        reason = signal.reason;
        return "partial";
      })(),
    );
    await clock.advance(14);
    expect(call.outcome).toBe("pending");
    await clock.advance(1);
    expect(call.outcome).toEqual({ error: reason });
    expect(events).toEqual([
      { type: "timeout", after: 10 },
      { type: "lateSettlement", after: 15, outcome: "fulfilled" },
    ]);
    expect(clock.pending).toBe(0);
  });

  test("waits for a cooperative operation no longer than its grace", async () => {
    const clock = new VirtualClock();
    const call = settled(timeout(10, { strategy: cooperative(20), clock })(never)());
    await clock.advance(29);
    expect(call.outcome).toBe("pending");
    await clock.advance(1);
    expect(call.outcome).toMatchObject({ error: { code: "TIMEOUT", timeout: 10 } });
  });

  test("is cancelled at once even during grace", async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    const guarded = timeout(10, { strategy: cooperative(), clock })(never);
    const call = settled(guarded({ signal: controller.signal }));
    await clock.advance(12);
    controller.abort("stop");
    await clock.advance(0);
    expect([call.outcome, clock.pending]).toEqual([{ error: "stop" }, 0]);
  });

  test("measures with the monotonic clock", async () => {
    const clock = new VirtualClock();
    const call = settled(timeout(10, { clock })(never)());
    clock.setWall(0);
    await clock.advance(9);
    expect(call.outcome).toBe("pending");
    await clock.advance(1);
    expect(call.outcome).toMatchObject({ error: { code: "TIMEOUT" } });
  });

  test.each([
    [0, "ms must be a number > 0 and <= 2147483647, got 0"],
    [-1, "ms must be a number > 0 and <= 2147483647, got -1"],
    [Number.NaN, "ms must be a number > 0 and <= 2147483647, got NaN"],
    [2 ** 31, "ms must be a number > 0 and <= 2147483647, got 2147483648"],
  ])("rejects %d when created", (ms, message) => {
    expect(() => timeout(ms)).toThrow(new RangeError(`Cannot create timeout: ${message}`));
  });

  test("rejects a grace below 0 when the strategy is created", () => {
    const message = "Cannot create cooperative: grace must be a number >= 0 and <= 2147483647, got -1";
    expect(() => cooperative(-1)).toThrow(new RangeError(message));
  });
});
