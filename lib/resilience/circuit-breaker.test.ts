import { describe, expect, test } from "bun:test";
import { CircuitOpenError } from "../errors.ts";
import { rejectionOf } from "../testing/rejection-of.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { type CircuitBreaker, circuitBreaker } from "./circuit-breaker.ts";
import type { CircuitBreakerEvent, CircuitBreakerOptions } from "./circuit-options.ts";
import { exponentialBackoff } from "./backoff.ts";
import { disable, isolate } from "./hold-circuit.ts";
import { consecutive, timeWindow } from "./window.ts";

const down = new Error("down");

interface Gate {
  readonly result: Promise<unknown>;
  pass(): Promise<void>;
  fail(error?: unknown): Promise<void>;
}

/** A call under way whose end the test decides. */
function callUnder(breaker: CircuitBreaker, signal?: AbortSignal): Gate {
  let settle: { resolve: () => void; reject: (error: unknown) => void } | undefined;
  const operation = () => new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
  const result = breaker(operation)({ signal }).catch((error: unknown) => error);
  return {
    result,
    pass: async () => {
      settle?.resolve();
      await result;
    },
    fail: async (error = down) => {
      settle?.reject(error);
      await result;
    },
  };
}

async function failTimes(breaker: CircuitBreaker, times: number): Promise<void> {
  for (let call = 0; call < times; call++) await callUnder(breaker).fail();
}

function setUp(options: CircuitBreakerOptions = {}) {
  const clock = new VirtualClock();
  const events: CircuitBreakerEvent[] = [];
  const breaker = circuitBreaker({
    window: consecutive(2),
    openDuration: 100,
    clock,
    on: (event) => void events.push(event),
    ...options,
  });
  const changes = () => events.filter((event) => event.type === "stateChange").map(({ from, to }) => `${from} > ${to}`);
  return { clock, breaker, events, changes };
}

describe("circuitBreaker()", () => {
  test("opens after five failures in a row for a minute by default", async () => {
    const clock = new VirtualClock();
    const breaker = circuitBreaker({ clock });
    await failTimes(breaker, 4);
    expect(breaker.state).toBe("closed");
    await failTimes(breaker, 1);
    expect([breaker.state, breaker.retryAfter]).toEqual(["open", 60_000]);
  });

  test("refuses calls while open, with the failure that opened it as the cause", async () => {
    const { breaker, clock } = setUp();
    await failTimes(breaker, 2);
    await clock.advance(30);
    let calls = 0;
    const error: unknown = await breaker(() => ++calls)({ attempt: 3 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CircuitOpenError);
    expect(error).toMatchObject({
      message: "Cannot call operation: its circuit is open for another 70 ms",
      state: "open",
      retryAfter: 70,
      attempts: 2,
      cause: down,
    });
    expect(calls).toBe(0);
  });

  test("starts its row anew at a success but not at an ignored outcome", async () => {
    const { breaker } = setUp();
    await failTimes(breaker, 1);
    await callUnder(breaker).pass();
    await failTimes(breaker, 1);
    await callUnder(breaker).fail(new TypeError("bug"));
    expect(breaker.state).toBe("closed");
    await failTimes(breaker, 1);
    expect(breaker.state).toBe("open");
  });

  test("closes after a successful probe and lets nobody else through meanwhile", async () => {
    const { breaker, clock, changes } = setUp();
    await failTimes(breaker, 2);
    await clock.advance(100);
    const probe = callUnder(breaker);
    expect(await callUnder(breaker).result).toMatchObject({ state: "half-open", retryAfter: 100 });
    await probe.pass();
    expect([breaker.state, changes()]).toEqual(["closed", ["closed > open", "open > half-open", "half-open > closed"]]);
  });

  test("opens for another full duration after a failed probe", async () => {
    const { breaker, clock } = setUp();
    await failTimes(breaker, 2);
    await clock.advance(150);
    await callUnder(breaker).fail();
    expect([breaker.state, breaker.retryAfter]).toEqual(["open", 100]);
  });

  test("frees the place of a probe that is ignored or cancelled, and stays half-open", async () => {
    const { breaker, clock } = setUp();
    await failTimes(breaker, 2);
    await clock.advance(100);
    await callUnder(breaker).fail(new TypeError("bug"));
    expect([breaker.state, breaker.retryAfter]).toEqual(["half-open", 0]);
    const controller = new AbortController();
    const probe = callUnder(breaker, controller.signal);
    expect(breaker.retryAfter).toBe(100);
    controller.abort("stop");
    expect([breaker.state, breaker.retryAfter, await probe.result]).toEqual(["half-open", 0, "stop"]);
  });

  test("takes a hung probe's place away when its lease ends, and its outcome changes nothing then", async () => {
    const { breaker, clock, events } = setUp({ probeLease: 40 });
    await failTimes(breaker, 2);
    await clock.advance(100);
    const hung = callUnder(breaker);
    await clock.advance(39);
    expect(await callUnder(breaker).result).toMatchObject({ state: "half-open", retryAfter: 1 });
    await clock.advance(1);
    const second = callUnder(breaker);
    await hung.fail();
    expect([breaker.state, events.at(-1)]).toMatchObject(["half-open", { type: "record", stale: true, latency: 40 }]);
    await second.pass();
    expect(breaker.state).toBe("closed");
  });

  test("needs every one of its probes to succeed", async () => {
    const { breaker, clock } = setUp({ halfOpenProbes: 2 });
    await failTimes(breaker, 2);
    await clock.advance(100);
    const probes = [callUnder(breaker), callUnder(breaker)] as const;
    expect(await callUnder(breaker).result).toBeInstanceOf(CircuitOpenError);
    await probes[0].pass();
    expect(breaker.state).toBe("half-open");
    expect(await callUnder(breaker).result).toBeInstanceOf(CircuitOpenError);
    await probes[1].pass();
    expect(breaker.state).toBe("closed");
  });

  test("ignores outcomes of calls that were let in before it changed", async () => {
    const { breaker, clock, changes, events } = setUp();
    const early = [callUnder(breaker), callUnder(breaker), callUnder(breaker)] as const;
    await failTimes(breaker, 2);
    await early[0].pass();
    expect([breaker.state, events.at(-1)]).toMatchObject(["open", { verdict: "success", stale: true }]);
    await clock.advance(100);
    await callUnder(breaker).pass();
    await early[1].fail();
    await early[2].fail();
    expect([breaker.state, changes().at(-1)]).toEqual(["closed", "half-open > closed"]);
  });

  test("tells of a change before the call that caused it settles", async () => {
    const order: string[] = [];
    const { breaker } = setUp({ window: consecutive(1), on: (event) => void order.push(event.type) });
    await breaker(() => Promise.reject(down))().catch(() => order.push("settled"));
    expect(order).toEqual(["record", "stateChange", "settled"]);
  });

  test("tells of changes and refusals alone where outcomes are not asked for", async () => {
    const { breaker, events } = setUp({ records: false });
    await callUnder(breaker).pass();
    await failTimes(breaker, 2);
    await callUnder(breaker).result;
    expect(events.map(({ type }) => type)).toEqual(["stateChange", "reject"]);
  });

  test("stays open as long as told when a judgement asks for more than its duration", async () => {
    const { breaker } = setUp({
      window: consecutive(1),
      classify: ({ ok }) => (ok ? "success" : { verdict: "failure", retryAfter: 5_000 }),
    });
    await failTimes(breaker, 1);
    expect(breaker.retryAfter).toBe(5_000);
  });

  test.each([Number.NaN, -1, undefined])(
    "stays open for its duration when a judgement asks for %p",
    async (retryAfter) => {
      const { breaker } = setUp({
        window: consecutive(1),
        classify: ({ ok }) => (ok ? "success" : { verdict: "failure", retryAfter }),
      });
      await failTimes(breaker, 1);
      expect(breaker.retryAfter).toBe(100);
    },
  );

  test("opens for longer each time a probe fails when its duration grows, with a lease of a minute", async () => {
    const { breaker, clock } = setUp({ openDuration: exponentialBackoff({ base: 100, jitter: "none" }) });
    await failTimes(breaker, 2);
    const waits: number[] = [];
    for (let opening = 0; opening < 3; opening++) {
      waits.push(breaker.retryAfter);
      await clock.advance(breaker.retryAfter);
      await failTimes(breaker, 1);
    }
    await clock.advance(breaker.retryAfter);
    void breaker(() => new Promise(() => {}))();
    expect([waits, breaker.retryAfter]).toEqual([[100, 200, 400], 60_000]);
  });

  test.each([
    ["with", () => {}],
    ["without", undefined],
  ])("opens and stays open when calls are slow, %s a listener", async (_name, on) => {
    const clock = new VirtualClock();
    const slowCall = { duration: 50, rate: 1 };
    const window = timeWindow({ duration: 10_000, failureRate: 1, minimumCalls: 2, slowCall });
    const breaker = circuitBreaker({ window, openDuration: 100, clock, ...(on && { on }) });
    const answerAfter = async (ms: number) => {
      const call = callUnder(breaker);
      await clock.advance(ms);
      await call.pass();
      return breaker.state;
    };
    expect([await answerAfter(51), await answerAfter(51)]).toEqual(["closed", "open"]);
    expect(await callUnder(breaker).result).toMatchObject({ state: "open", cause: undefined });
    await clock.advance(100);
    expect([await answerAfter(51), breaker.retryAfter]).toEqual(["open", 100]);
    await clock.advance(100);
    expect(await answerAfter(50)).toBe("closed");
  });

  test("does not blame a callee for the slowness of a call that its caller gave up", async () => {
    const slowCall = { duration: 50, rate: 0.1 };
    const { breaker, clock } = setUp({
      window: timeWindow({ duration: 10_000, failureRate: 1, minimumCalls: 1, slowCall }),
    });
    const controller = new AbortController();
    const call = callUnder(breaker, controller.signal);
    await clock.advance(1_000);
    controller.abort("stop");
    expect([await call.result, breaker.state]).toEqual(["stop", "closed"]);
  });

  test("can count returned values as failures", async () => {
    const { breaker } = setUp({ classify: (outcome) => (outcome.ok && outcome.value === 503 ? "failure" : "success") });
    expect([await breaker(() => 503)(), await breaker(() => 503)(), breaker.state]).toEqual([503, 503, "open"]);
  });

  test("rejects with what classify throws, counts nothing and keeps no probe", async () => {
    const { breaker, clock } = setUp({
      classify: ({ ok }) => {
        if (ok) throw new Error("classify failed");
        return "failure";
      },
    });
    await failTimes(breaker, 2);
    await clock.advance(100);
    expect(await rejectionOf(breaker(() => 1)())).toMatchObject({ message: "classify failed" });
    expect([breaker.state, breaker.retryAfter]).toEqual(["half-open", 0]);
  });

  test("goes by the monotonic clock when the wall clock is set back", async () => {
    const { breaker, clock } = setUp();
    await failTimes(breaker, 2);
    clock.setWall(clock.wall() - 3_600_000);
    await clock.advance(100);
    expect(await breaker(() => "probe")()).toBe("probe");
    expect(breaker.state).toBe("closed");
  });

  test("refuses while isolated, even though several hold it, and then is what it was", async () => {
    const { breaker, changes } = setUp();
    const holds = [isolate(breaker, "deploy"), isolate(breaker, "maintenance")] as const;
    expect(await callUnder(breaker).result).toMatchObject({
      message: "Cannot call operation: its circuit is isolated",
      state: "isolated",
      retryAfter: Infinity,
      cause: "maintenance",
    });
    holds[0][Symbol.dispose]();
    holds[0][Symbol.dispose]();
    expect(breaker.state).toBe("isolated");
    holds[1][Symbol.dispose]();
    expect([breaker.state, changes()]).toEqual(["closed", ["closed > isolated", "isolated > closed"]]);
  });

  test("lets everything through uncounted while disabled", async () => {
    const { breaker, events } = setUp();
    await failTimes(breaker, 2);
    const hold = disable(breaker);
    await failTimes(breaker, 3);
    expect([breaker.state, events.at(-1)]).toMatchObject(["disabled", { verdict: "failure", stale: true }]);
    hold[Symbol.dispose]();
    expect(breaker.state).toBe("open");
  });

  test("reset closes it and ends every hold", async () => {
    const { breaker } = setUp();
    await failTimes(breaker, 2);
    const hold = isolate(breaker);
    disable(breaker);
    breaker.reset();
    expect(breaker.state).toBe("closed");
    hold[Symbol.dispose]();
    expect([breaker.state, await breaker(() => 1)()]).toEqual(["closed", 1]);
  });

  test("is not touched by a listener that throws", async () => {
    const logged: unknown[] = [];
    const { error } = console;
    console.error = (...args: unknown[]) => void logged.push(args);
    const { breaker } = setUp({
      on: () => {
        throw new Error("listener");
      },
    });
    expect([await breaker(() => 1)(), await breaker(() => 2)()]).toEqual([1, 2]);
    console.error = error;
    expect(logged).toEqual([["A resilience listener threw:", new Error("listener")]]);
  });

  test("gives listeners frozen events", async () => {
    const { breaker, events } = setUp();
    await callUnder(breaker).pass();
    expect(events.map((event) => Object.isFrozen(event))).toEqual([true]);
  });

  test("is not changed by what happens to its options afterwards", async () => {
    const clock = new VirtualClock();
    const options = { window: consecutive(1), openDuration: 100, clock };
    const breakers = [circuitBreaker(options), circuitBreaker(options)] as const;
    options.window = consecutive(9);
    options.openDuration = 1;
    await failTimes(breakers[0], 1);
    expect([breakers[0].state, breakers[0].retryAfter, breakers[1].state]).toEqual(["open", 100, "closed"]);
  });

  test.each([
    [{ openDuration: 0 }, "openDuration must be a number > 0, got 0"],
    [{ openDuration: Number.NaN }, "openDuration must be a number > 0, got NaN"],
    [{ halfOpenProbes: 0 }, "halfOpenProbes must be an integer >= 1, got 0"],
    [{ probeLease: -1 }, "probeLease must be a number > 0, got -1"],
  ])("rejects %j when created", (options, message) => {
    expect(() => circuitBreaker(options)).toThrow(new RangeError(`Cannot create circuitBreaker: ${message}`));
    expect(() => consecutive(0)).toThrow(RangeError);
  });
});
