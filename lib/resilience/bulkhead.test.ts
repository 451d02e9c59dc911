import { describe, expect, test } from "bun:test";
import { BulkheadFullError } from "../errors.ts";
import { rejectionOf } from "../testing/rejection-of.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { bulkhead, type BulkheadEvent } from "./bulkhead.ts";
import { circuitBreaker } from "./circuit-breaker.ts";
import { circuitBreakers } from "./circuit-breakers.ts";
import { compose } from "./compose.ts";
import { timeout } from "./timeout.ts";
import { consecutive } from "./window.ts";

const never = () => new Promise<never>(() => {});

/** An operation for each call, in the order in which they began, each ended by hand. */
function operations() {
  const log: string[] = [];
  const finish = new Map<string, () => void>();
  const make = (name: string) => () => {
    log.push(name);
    return new Promise<string>((resolve) => finish.set(name, () => resolve(name)));
  };
  return { log, make, finish: (name: string) => finish.get(name)?.() };
}

async function microtasks(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

function errorsOf(promise: Promise<unknown>, errors: unknown[]): void {
  promise.catch((error: unknown) => errors.push(error));
}

describe("bulkhead()", () => {
  test("runs ten at once by default and refuses what is more, saying how full it is", async () => {
    const policy = bulkhead();
    for (let call = 0; call < 10; call++) void policy(never)();
    expect(await rejectionOf(policy(never)({ key: "http", attempt: 2 }))).toEqual(
      new BulkheadFullError('Cannot call "http": its bulkhead is full with 10 active and 0 queued', { attempts: 1 }),
    );
    expect([policy.active, policy.queued]).toEqual([10, 0]);
  });

  test("lets those who wait run in the order in which they came, and refuses when the line is full", async () => {
    const policy = bulkhead({ maxConcurrent: 1, maxQueue: 2 });
    const { log, make, finish } = operations();
    const results = ["a", "b", "c"].map((name) => policy(make(name))());
    expect([policy.active, policy.queued, log]).toEqual([1, 2, ["a"]]);
    expect(await rejectionOf(policy(make("d"))())).toMatchObject({ code: "BULKHEAD_FULL", isRetryable: true });
    for (const name of ["a", "b", "c"]) {
      finish(name);
      await microtasks();
    }
    expect([await Promise.all(results), log]).toEqual([
      ["a", "b", "c"],
      ["a", "b", "c"],
    ]);
    expect([policy.active, policy.queued]).toEqual([0, 0]);
  });

  test("cockatiel C18: never refuses accepted work, nor lets a newcomer overtake it", async () => {
    const policy = bulkhead({ maxConcurrent: 1, maxQueue: 1 });
    const { log, make, finish } = operations();
    const errors: unknown[] = [];
    const first = policy(make("first"))();
    const accepted = policy(make("accepted"))();
    finish("first");
    // At every later moment until the accepted call has begun, somebody else tries to take its place.
    for (let turn = 0; turn < 10; turn++) {
      errorsOf(policy(make(`newcomer ${turn}`))(), errors);
      await Promise.resolve();
    }
    await first;
    expect(log.slice(0, 2)).toEqual(["first", "accepted"]);
    finish("accepted");
    expect(await accepted).toBe("accepted");
    expect(errors.every((error) => error instanceof BulkheadFullError)).toBe(true);
  });

  test("gives a place away in the tick in which it becomes free", async () => {
    const policy = bulkhead({ maxConcurrent: 1, maxQueue: 1 });
    const { log, make, finish } = operations();
    const seen: unknown[] = [];
    void policy(make("first"))().then(() => seen.push([policy.active, policy.queued, [...log]]));
    void policy(make("second"))();
    finish("first");
    await microtasks();
    expect(seen).toEqual([[1, 0, ["first", "second"]]]);
  });

  test("lets a waiter that is cancelled leave at once, with its timer", async () => {
    const clock = new VirtualClock();
    const policy = bulkhead({ maxConcurrent: 1, maxQueue: 2, maxWait: 100, clock });
    const { log, make, finish } = operations();
    const controller = new AbortController();
    void policy(make("a"))();
    const b = policy(make("b"))({ signal: controller.signal });
    const c = policy(make("c"))();
    expect([policy.queued, clock.pending]).toEqual([2, 2]);
    controller.abort("stop");
    expect([policy.queued, clock.pending]).toEqual([1, 1]);
    expect(await rejectionOf(b)).toBe("stop");
    finish("a");
    await microtasks();
    finish("c");
    expect([await c, log, clock.pending]).toEqual(["c", ["a", "c"], 0]);
  });

  test("holds a place until the operation is over, though a time limit has answered the caller", async () => {
    const clock = new VirtualClock();
    const room = bulkhead({ maxConcurrent: 1, clock });
    const policy = compose(timeout(10, { clock }), room);
    const { make, finish } = operations();
    const errors: unknown[] = [];
    errorsOf(policy(make("slow"))(), errors);
    await clock.advance(10);
    expect([errors, room.active]).toMatchObject([[{ code: "TIMEOUT" }], 1]);
    expect(await rejectionOf(room(never)())).toMatchObject({ code: "BULKHEAD_FULL" });
    finish("slow");
    await microtasks();
    expect([room.active, await room(() => "next")()]).toEqual([0, "next"]);
  });

  test("resilience4j#1657: a full bulkhead does not open the circuit around it", async () => {
    const breaker = circuitBreaker({ window: consecutive(1) });
    const policy = compose(breaker, bulkhead({ maxConcurrent: 1 }));
    void policy(never)();
    for (let call = 0; call < 5; call++) {
      expect(await rejectionOf(policy(never)())).toMatchObject({ code: "BULKHEAD_FULL" });
    }
    expect(breaker.state).toBe("closed");
  });

  test("refuses who has waited for maxWait, and gives no place to them", async () => {
    const clock = new VirtualClock();
    const events: BulkheadEvent[] = [];
    const options = { maxConcurrent: 1, maxQueue: 5, maxWait: 50, clock };
    const policy = bulkhead({ ...options, on: (event) => void events.push(event) });
    const { log, make, finish } = operations();
    const errors: unknown[] = [];
    void policy(make("a"))();
    errorsOf(policy(make("b"))({ key: "k" }), errors);
    await clock.advance(20);
    const c = policy(make("c"))();
    await clock.advance(30);
    finish("a");
    await microtasks();
    finish("c");
    expect([await c, log, errors]).toEqual([
      "c",
      ["a", "c"],
      [new BulkheadFullError('Cannot call "k": no place in its bulkhead came free within 50 ms')],
    ]);
    expect(events).toEqual([
      { type: "enqueue", active: 1, queued: 1, waited: 0 },
      { type: "enqueue", active: 1, queued: 2, waited: 0 },
      { type: "reject", active: 1, queued: 1, waited: 50 },
      { type: "dequeue", active: 1, queued: 0, waited: 30 },
    ]);
    expect(clock.pending).toBe(0);
  });

  test.each([0, 1])("time that runs out in line opens no circuit, %d ms after the one that runs", async (later) => {
    const clock = new VirtualClock();
    const circuits = circuitBreakers({ window: consecutive(1), clock });
    const room = bulkhead({ maxConcurrent: 1, maxQueue: 1, clock });
    const guarded = compose(circuits, timeout(10, { clock }), room)(never);
    const errors: unknown[] = [];
    errorsOf(guarded({ key: "runs" }), errors);
    await clock.advance(later);
    errorsOf(guarded({ key: "waits" }), errors);
    await clock.advance(20);
    expect(errors).toHaveLength(2);
    expect([circuits.get("runs").state, circuits.get("waits").state]).toEqual(["open", "closed"]);
  });

  test("waits no longer than the caller's deadline and starts nothing after it", async () => {
    const clock = new VirtualClock();
    const policy = bulkhead({ maxConcurrent: 1, maxQueue: 5, maxWait: 500, clock });
    const errors: unknown[] = [];
    void policy(never)();
    errorsOf(policy(never)({ deadline: 20 }), errors);
    await clock.advance(20);
    errorsOf(policy(never)({ deadline: 20 }), errors);
    await clock.advance(0);
    expect(errors).toMatchObject([{ code: "BULKHEAD_FULL" }, { code: "TIMEOUT", timeout: 0 }]);
    expect([policy.active, policy.queued, clock.pending]).toEqual([1, 0, 0]);
  });

  test("gives added places to those who wait, first come first served even if they call back", async () => {
    const policy = bulkhead({ maxConcurrent: 1, maxQueue: 5 });
    const log: string[] = [];
    const run = (name: string, inside?: () => void) =>
      void policy(() => {
        log.push(name);
        inside?.();
        return never();
      })();
    run("a");
    run("b", () => run("from b"));
    run("c");
    run("d");
    policy.resize(3);
    expect([log, policy.active, policy.queued]).toEqual([["a", "b", "c"], 3, 2]);
    policy.resize(9);
    expect([log, policy.active, policy.queued]).toEqual([["a", "b", "c", "d", "from b"], 5, 0]);
  });

  test("takes places away only as operations end", async () => {
    const policy = bulkhead({ maxConcurrent: 3, maxQueue: 5 });
    const { log, make, finish } = operations();
    for (const name of ["a", "b", "c", "d"]) void policy(make(name))();
    policy.resize(1);
    expect(policy.active).toBe(3);
    for (const name of ["a", "b"]) finish(name);
    await microtasks();
    expect([policy.active, log]).toEqual([1, ["a", "b", "c"]]);
    finish("c");
    await microtasks();
    expect([policy.active, log]).toEqual([1, ["a", "b", "c", "d"]]);
  });

  test("runs no call that was cancelled by one which was let in with it, and keeps no place for it", async () => {
    const policy = bulkhead({ maxConcurrent: 1, maxQueue: 5 });
    const { log, make } = operations();
    const controller = new AbortController();
    void policy(make("a"))();
    void policy(() => {
      controller.abort("stop");
      return never();
    })();
    const cancelled = policy(make("cancelled"))({ signal: controller.signal });
    void policy(make("d"))();
    policy.resize(3);
    expect(await rejectionOf(cancelled)).toBe("stop");
    expect([log, policy.active, policy.queued]).toEqual([["a", "d"], 3, 0]);
  });

  test("frees the place of what throws, however many wait behind it", async () => {
    const policy = bulkhead({ maxConcurrent: 1, maxQueue: Infinity });
    const calls = Array.from({ length: 50_000 }, (_, index) =>
      policy(() => {
        throw new Error(`no. ${index}`);
      })().catch((error: unknown) => error),
    );
    const errors = await Promise.all(calls);
    expect([errors.at(-1), policy.active, policy.queued]).toEqual([new Error("no. 49999"), 0, 0]);
  });

  test.each([
    [{ maxConcurrent: 0 }, "maxConcurrent must be an integer >= 1, got 0"],
    [{ maxConcurrent: 1.5 }, "maxConcurrent must be an integer >= 1, got 1.5"],
    [{ maxQueue: -1 }, "maxQueue must be an integer >= 0, got -1"],
    [{ maxQueue: Number.NaN }, "maxQueue must be an integer >= 0, got NaN"],
    [{ maxWait: 0 }, "maxWait must be a number > 0 and <= 2147483647, got 0"],
  ])("rejects %j when created", (options, message) => {
    expect(() => bulkhead(options)).toThrow(new RangeError(`Cannot create bulkhead: ${message}`));
  });

  test("rejects a size that is none", () => {
    const policy = bulkhead();
    expect(() => policy.resize(0)).toThrow(
      new RangeError("Cannot resize bulkhead: maxConcurrent must be an integer >= 1, got 0"),
    );
  });
});
