import { describe, expect, test } from "bun:test";
import { rejectionOf } from "../testing/rejection-of.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { exponentialBackoff } from "./backoff.ts";
import { type CircuitBreaker, circuitBreaker } from "./circuit-breaker.ts";
import { circuitBreakers } from "./circuit-breakers.ts";
import type { CircuitBreakerEvent, CircuitBreakerOptions } from "./circuit-options.ts";
import type { CircuitSnapshot } from "./circuit-snapshot.ts";
import { disable, isolate } from "./hold-circuit.ts";
import { restoreCircuit, restoreCircuits } from "./restore-circuit.ts";
import { snapshotCircuit, snapshotCircuits } from "./snapshot-circuit.ts";
import { timeout } from "./timeout.ts";
import { consecutive, countWindow } from "./window.ts";

const start = 946_684_800_000;
const down = new Error("down");

async function failTimes(breaker: CircuitBreaker, times: number): Promise<void> {
  for (let call = 0; call < times; call++) await rejectionOf(breaker(() => Promise.reject(down))());
}

/** What is left of a value that was written down and read again. */
function stored<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

function setUp(options: CircuitBreakerOptions = {}) {
  const clock = new VirtualClock({ wall: start });
  const settings = { window: consecutive(2), openDuration: 100, clock, ...options };
  const breaker = circuitBreaker(settings);
  /** The breaker of the next process, whose monotonic clock starts at 0 once more. */
  const restart = (wall: number, changed: CircuitBreakerOptions = {}) => {
    const next = new VirtualClock({ wall });
    const restored = circuitBreaker({ ...settings, clock: next, ...changed });
    restoreCircuit(restored, stored(snapshotCircuit(breaker)));
    return { clock: next, breaker: restored };
  };
  return { clock, breaker, restart };
}

describe("snapshotCircuit()", () => {
  test("is the circuit as frozen JSON", async () => {
    const { breaker, clock } = setUp();
    expect(snapshotCircuit(breaker)).toEqual({
      v: 1,
      state: "closed",
      openUntil: 0,
      openings: 0,
      openFor: 0,
      window: { kind: "consecutive", failures: 0 },
      takenAt: start,
    });
    await clock.advance(1_000);
    await failTimes(breaker, 2);
    await clock.advance(30);
    const snapshot = snapshotCircuit(breaker);
    expect(snapshot).toEqual({
      v: 1,
      state: "open",
      openUntil: start + 1_100,
      openings: 1,
      openFor: 100,
      window: { kind: "consecutive", failures: 0 },
      takenAt: start + 1_030,
    });
    expect([Object.isFrozen(snapshot), stored(snapshot)]).toEqual([true, snapshot]);
  });

  test("opossum O1: tells when the circuit opened, not when it was made", async () => {
    const { breaker, clock, restart } = setUp();
    await clock.advance(3_600_000);
    await failTimes(breaker, 2);
    expect(snapshotCircuit(breaker).openUntil).toBe(start + 3_600_100);
    expect(restart(start + 3_600_040).breaker.retryAfter).toBe(60);
  });

  test("says so in JSON when a circuit stays open for ever", async () => {
    const { breaker, restart } = setUp({ openDuration: Infinity });
    await failTimes(breaker, 2);
    const later = restart(start + 1e12);
    expect([later.breaker.state, later.breaker.retryAfter]).toEqual(["open", Infinity]);
  });
});

describe("a restored circuit", () => {
  test("waits for what is left of its time, and then lets a probe through", async () => {
    const { breaker, clock, restart } = setUp();
    await failTimes(breaker, 2);
    await clock.advance(30);
    const next = restart(start + 50);
    expect(await rejectionOf(next.breaker(() => 1)())).toMatchObject({ state: "open", retryAfter: 50 });
    await next.clock.advance(50);
    expect([await next.breaker(() => "probe")(), next.breaker.state]).toEqual(["probe", "closed"]);
  });

  test("is ready for a probe when its time was up meanwhile", async () => {
    const { breaker, restart } = setUp();
    await failTimes(breaker, 2);
    const next = restart(start + 86_400_000);
    expect([next.breaker.state, next.breaker.retryAfter, await next.breaker(() => 1)()]).toEqual(["open", 0, 1]);
  });

  test.each([
    ["an hour", 3_600_000],
    ["thirty years", start],
  ])("clock set back by %s: waits no longer than was left", async (_name, ms) => {
    const { breaker, clock, restart } = setUp();
    await failTimes(breaker, 2);
    await clock.advance(30);
    expect(restart(start - ms).breaker.retryAfter).toBe(70);
  });

  test("clock set back before the snapshot: waits no longer than was left either", async () => {
    const { breaker, clock, restart } = setUp();
    await failTimes(breaker, 2);
    clock.setWall(start - 3_600_000);
    expect(snapshotCircuit(breaker)).toMatchObject({ openUntil: start - 3_599_900, takenAt: start - 3_600_000 });
    expect(restart(start - 3_600_000).breaker.retryAfter).toBe(100);
  });

  test("is probed at once when it was being probed, whatever became of that probe", async () => {
    const { breaker, clock, restart } = setUp();
    await failTimes(breaker, 2);
    await clock.advance(100);
    void breaker(() => new Promise(() => {}))();
    const next = restart(start + 100);
    expect([breaker.retryAfter, next.breaker.state, next.breaker.retryAfter]).toEqual([100, "half-open", 0]);
    expect([await next.breaker(() => 1)(), next.breaker.state]).toEqual([1, "closed"]);
  });

  test("cockatiel C22: stays isolated or disabled until it is reset, and others can hold it meanwhile", async () => {
    for (const [state, hold] of [
      ["isolated", isolate],
      ["disabled", disable],
    ] as const) {
      const { breaker, restart } = setUp();
      hold(breaker);
      const events: CircuitBreakerEvent[] = [];
      const next = restart(start, { on: (event) => void events.push(event) });
      expect(next.breaker.state).toBe(state);
      expect(events).toEqual([expect.objectContaining({ type: "stateChange", from: "closed", to: state })]);
      hold(next.breaker)[Symbol.dispose]();
      expect(next.breaker.state).toBe(state);
      next.breaker.reset();
      expect([next.breaker.state, await next.breaker(() => 1)()]).toEqual(["closed", 1]);
    }
  });

  test("counts on from the calls in its window", async () => {
    const { breaker, restart } = setUp();
    await failTimes(breaker, 1);
    const next = restart(start);
    await failTimes(next.breaker, 1);
    expect(next.breaker.state).toBe("open");
  });

  test("starts with an empty window when it now counts something else", async () => {
    const { breaker, restart } = setUp();
    await failTimes(breaker, 1);
    const next = restart(start, { window: countWindow({ size: 2, failureRate: 1 }) });
    await failTimes(next.breaker, 1);
    expect([next.breaker.state, snapshotCircuit(next.breaker).window]).toEqual([
      "closed",
      { kind: "count", outcomes: "1" },
    ]);
  });

  test("opens for longer still when it had opened before, unless it has been calm since", async () => {
    const options = { openDuration: exponentialBackoff({ base: 100, jitter: "none" }), window: consecutive(1) };
    const { breaker, clock, restart } = setUp(options);
    await failTimes(breaker, 1);
    await clock.advance(100);
    await breaker(() => 1)();
    await clock.advance(10);
    const soon = restart(start + 199).breaker;
    const late = restart(start + 200).breaker;
    await failTimes(soon, 1);
    await failTimes(late, 1);
    expect([soon.retryAfter, late.retryAfter]).toEqual([200, 100]);
  });

  test("forgets what it was before, and calls under way count no more", async () => {
    const { breaker, clock } = setUp();
    const closed = snapshotCircuit(breaker);
    const underWay = Promise.withResolvers<number>();
    const call = rejectionOf(breaker(() => underWay.promise)());
    await failTimes(breaker, 1);
    isolate(breaker);
    restoreCircuit(breaker, closed);
    underWay.reject(down);
    await call;
    await failTimes(breaker, 1);
    expect([breaker.state, snapshotCircuit(breaker)]).toEqual([
      "closed",
      { ...closed, takenAt: clock.wall(), window: { kind: "consecutive", failures: 1 } },
    ]);
  });

  test("is left as it was by data that is no snapshot", async () => {
    const { breaker } = setUp();
    await failTimes(breaker, 2);
    expect(() => restoreCircuit(breaker, {} as CircuitSnapshot)).toThrow(TypeError);
    expect(breaker.state).toBe("open");
  });

  test("waits no longer than its last opening lasted, whenever a snapshot says that it ends", () => {
    const clock = new VirtualClock({ wall: start });
    const valid = snapshotCircuit(circuitBreaker({ clock }));
    const far = { ...valid, state: "open", openUntil: 8.64e15, openings: 1, openFor: 60_000 } as const;
    const closed = { ...valid, openUntil: 8.64e15, openings: 1, openFor: 60_000 };
    const restored = [circuitBreaker({ clock }), circuitBreaker({ clock })] as const;
    restoreCircuit(restored[0], far);
    restoreCircuit(restored[1], closed);
    expect(restored.map(({ retryAfter }) => retryAfter)).toEqual([60_000, 0]);
  });
});

describe("data that is no snapshot", () => {
  const valid = snapshotCircuit(circuitBreaker({ clock: new VirtualClock() }));
  const time = "a number >= 0 and <= 8640000000000000";
  const bucket = "window.buckets[0] must be [calls, failures, slow], integers >= 0 and none above calls";

  test.each<[unknown, string]>([
    [null, "snapshot must be an object"],
    ["closed", "snapshot must be an object"],
    [[], "v must be 1"],
    [{ ...valid, v: 2 }, "v must be 1"],
    [{ ...valid, state: "ajar" }, 'state must be "closed", "open", "half-open", "isolated" or "disabled"'],
    [{ ...valid, openUntil: null }, `openUntil must be ${time}`],
    [{ ...valid, openUntil: -1 }, `openUntil must be ${time}`],
    [{ ...valid, openings: 1.5 }, "openings must be an integer >= 0"],
    [{ ...valid, openings: 2 ** 60 }, "openings must be an integer >= 0"],
    [{ ...valid, openFor: Number.NaN }, `openFor must be ${time}`],
    [{ ...valid, takenAt: "2000-01-01" }, `takenAt must be ${time}`],
    [{ ...valid, takenAt: Infinity }, `takenAt must be ${time}`],
    [{ ...valid, window: undefined }, "window must be an object"],
    [{ ...valid, window: { kind: "sampling" } }, 'window.kind must be "consecutive", "count" or "time"'],
    [{ ...valid, window: { kind: "consecutive", failures: -1 } }, "window.failures must be an integer >= 0"],
    [{ ...valid, window: { kind: "count", outcomes: "012" } }, 'window.outcomes must be a string of "0" and "1"'],
    [{ ...valid, window: { kind: "count", outcomes: ["0"] } }, 'window.outcomes must be a string of "0" and "1"'],
    [{ ...valid, window: { kind: "time", duration: 0, buckets: [] } }, "window.duration must be a number > 0"],
    [
      { ...valid, window: { kind: "time", duration: 1, buckets: { length: 1 } } },
      "window.buckets must be an array of at most 10 buckets",
    ],
    [
      { ...valid, window: { kind: "time", duration: 1, buckets: Array.from({ length: 11 }, () => [0, 0, 0]) } },
      "window.buckets must be an array of at most 10 buckets",
    ],
    [{ ...valid, window: { kind: "time", duration: 1, buckets: [[1, 2, 0]] } }, bucket],
    [{ ...valid, window: { kind: "time", duration: 1, buckets: [[1, 1]] } }, bucket],
    [{ ...valid, window: { kind: "time", duration: 1, buckets: [7] } }, bucket],
  ])("%j is refused, with the field that is wrong", (data, message) => {
    const from = data as CircuitSnapshot;
    expect(() => restoreCircuit(circuitBreaker(), from)).toThrow(new TypeError(`Cannot restore circuit: ${message}`));
    expect(() => restoreCircuits(circuitBreakers(), { a: from })).toThrow(
      new TypeError(`Cannot restore circuit "a": ${message}`),
    );
  });

  test("spoils all circuits of a registry", () => {
    const registry = circuitBreakers();
    expect(() => restoreCircuits(registry, { good: valid, bad: {} as CircuitSnapshot })).toThrow(TypeError);
    expect(registry.size).toBe(0);
  });

  test("is refused as the circuits of a registry too", () => {
    for (const data of [null, "all", 3]) {
      expect(() => restoreCircuits(circuitBreakers(), data as never)).toThrow(
        new TypeError("Cannot restore circuits: snapshot must be an object"),
      );
    }
  });
});

describe("a policy that is no breaker", () => {
  test("has no circuit to write down or restore", () => {
    const policies = [timeout(), circuitBreakers()] as unknown[] as CircuitBreaker[];
    for (const policy of policies) {
      expect(() => snapshotCircuit(policy)).toThrow(
        new TypeError("Cannot find circuit: breaker must come from circuitBreaker() or a registry"),
      );
    }
    const breaker = circuitBreaker() as unknown as ReturnType<typeof circuitBreakers>;
    expect(() => restoreCircuits(breaker, {})).toThrow(
      new TypeError("Cannot find circuits: registry must come from circuitBreakers()"),
    );
  });
});

describe("snapshotCircuits()", () => {
  test("holds every circuit by its key, and a new registry goes on from it", async () => {
    const clock = new VirtualClock({ wall: start });
    const options = { window: consecutive(1), openDuration: 100, clock };
    const registry = circuitBreakers(options);
    await registry(() => 1)({ key: "well" });
    await rejectionOf(registry(() => Promise.reject(down))({ key: "__proto__" }));
    isolate(registry.get("held"));
    const text = JSON.stringify(snapshotCircuits(registry));
    const restored = circuitBreakers(options);
    restoreCircuits(restored, JSON.parse(text) as ReturnType<typeof snapshotCircuits>);
    expect([...restored.entries()].map(([key, { state }]) => [key, state])).toEqual([
      ["well", "closed"],
      ["__proto__", "open"],
      ["held", "isolated"],
    ]);
    expect(await rejectionOf(restored(() => 1)({ key: "__proto__" }))).toMatchObject({
      code: "CIRCUIT_OPEN",
      key: "__proto__",
      retryAfter: 100,
    });
  });

  test("restores no more closed circuits than there is room for, and every other one", () => {
    const registry = circuitBreakers();
    for (let key = 0; key < 100; key++) registry.get(`${key}`);
    isolate(registry.get("held"));
    const restored = circuitBreakers({ maxKeys: 10 });
    restoreCircuits(restored, snapshotCircuits(registry));
    expect([restored.size, restored.peek("held")?.state]).toEqual([10, "isolated"]);
  });
});
