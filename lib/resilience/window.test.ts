import { describe, expect, expectTypeOf, test } from "bun:test";
import { circuitBreaker } from "./circuit-breaker.ts";
import { consecutive, countWindow, timeWindow, type Window } from "./window.ts";

const count = { size: 10, failureRate: 0.5 };
const time = { duration: 1_000, failureRate: 0.5, minimumCalls: 5 };

describe("countWindow()", () => {
  test("counts no rate before it is full unless told so", () => {
    expect(countWindow(count)).toMatchObject({ kind: "count", size: 10, failureRate: 0.5, minimumCalls: 10 });
    expect(countWindow({ ...count, minimumCalls: 1 })).toMatchObject({ minimumCalls: 1 });
  });

  test.each([
    [{ ...count, size: 0 }, "size must be an integer >= 1 and <= 1000000, got 0"],
    [{ ...count, size: 2.5 }, "size must be an integer >= 1 and <= 1000000, got 2.5"],
    [{ ...count, size: 1e9 }, "size must be an integer >= 1 and <= 1000000, got 1000000000"],
    [{ ...count, failureRate: 0 }, "failureRate must be a number > 0 and <= 1, got 0"],
    [{ ...count, failureRate: 50 }, "failureRate must be a number > 0 and <= 1, got 50"],
    [{ ...count, minimumCalls: 11 }, "minimumCalls must be an integer >= 1 and <= 10, got 11"],
  ])("rejects %j", (options, message) => {
    expect(() => countWindow(options)).toThrow(new RangeError(`Cannot create window: ${message}`));
  });
});

describe("timeWindow()", () => {
  test("is data that nobody can change", () => {
    const window = timeWindow({ ...time, slowCall: { duration: 100, rate: 0.8 } });
    expect(window).toMatchObject({ kind: "time", ...time, slowCall: { duration: 100, rate: 0.8 } });
    expect([Object.isFrozen(window), window.kind === "time" && Object.isFrozen(window.slowCall)]).toEqual([true, true]);
  });

  test.each([
    [{ ...time, duration: 0 }, "duration must be a number > 0 and <= 2147483647, got 0"],
    [{ ...time, duration: Infinity }, "duration must be a number > 0 and <= 2147483647, got Infinity"],
    [{ ...time, failureRate: Number.NaN }, "failureRate must be a number > 0 and <= 1, got NaN"],
    [{ ...time, minimumCalls: 0 }, "minimumCalls must be an integer >= 1, got 0"],
    [{ ...time, slowCall: { duration: 0, rate: 1 } }, "slowCall.duration must be a number > 0, got 0"],
    [{ ...time, slowCall: { duration: 1, rate: 2 } }, "slowCall.rate must be a number > 0 and <= 1, got 2"],
  ])("rejects %j", (options, message) => {
    expect(() => timeWindow(options)).toThrow(new RangeError(`Cannot create window: ${message}`));
  });
});

describe("a window", () => {
  test("written by hand is refused: nobody has checked it, and it counts nothing", () => {
    const byHand = { kind: "count", size: 2, failureRate: 7, minimumCalls: 1 } as unknown as Window;
    expect(() => circuitBreaker({ window: byHand })).toThrow(
      new TypeError("Cannot create circuitBreaker: window must come from consecutive(), countWindow() or timeWindow()"),
    );
  });

  test("is of one type, whatever it counts", () => {
    expectTypeOf(consecutive).returns.toEqualTypeOf<Window>();
    expectTypeOf(countWindow).returns.toEqualTypeOf<Window>();
    expectTypeOf(timeWindow).returns.toEqualTypeOf<Window>();
    // @ts-expect-error -- a rate of few calls by accident is what opens circuits on their first failure
    expect(() => timeWindow({ duration: 1, failureRate: 1 })).toThrow(RangeError);
  });
});
