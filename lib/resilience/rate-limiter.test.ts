import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { systemClock } from "../clock.ts";
import { RateLimitError } from "../errors.ts";
import { rejectionOf } from "../testing/rejection-of.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { compose } from "./compose.ts";
import { circuitBreaker } from "./circuit-breaker.ts";
import { rateLimiter, type RateLimitEvent } from "./rate-limiter.ts";
import { retry } from "./retry.ts";
import { consecutive } from "./window.ts";

const never = () => new Promise<never>(() => {});

/** A guarded operation that notes the time of each of its calls. */
function timed(clock: VirtualClock, options: Partial<Parameters<typeof rateLimiter>[0]>) {
  const times: number[] = [];
  const guarded = rateLimiter({ limit: 1, per: 100, clock, ...options })(() => times.push(clock.now()));
  return { guarded, times };
}

describe("rateLimiter()", () => {
  test("lets a burst through, then says exactly how long to stay away, without a timer", async () => {
    const clock = new VirtualClock();
    const events: RateLimitEvent[] = [];
    const options = { limit: 4, per: 1_000, clock, on: (event: RateLimitEvent) => void events.push(event) };
    const guarded = rateLimiter(options)(() => "through");
    for (let call = 0; call < 4; call++) expect(await guarded()).toBe("through");
    const message = "Cannot call operation: its rate of 4 calls per 1000 ms is used up for another 250 ms";
    expect(await rejectionOf(guarded())).toEqual(new RateLimitError(message, { retryAfter: 250 }));
    await clock.advance(249);
    expect(await rejectionOf(guarded({ attempt: 3 }))).toMatchObject({ retryAfter: 1, attempts: 2, isRetryable: true });
    await clock.advance(1);
    expect(await guarded()).toBe("through");
    expect(events).toEqual([
      { type: "reject", key: undefined, delay: 250 },
      { type: "reject", key: undefined, delay: 1 },
    ]);
    expect(clock.pending).toBe(0);
  });

  test("gives each key a rate of its own", async () => {
    const clock = new VirtualClock();
    const { guarded } = timed(clock, {});
    await guarded({ key: "a" });
    await guarded({ key: "b" });
    await guarded();
    const message = 'Cannot call "a": its rate of 1 calls per 100 ms is used up for another 100 ms';
    expect(await rejectionOf(guarded({ key: "a" }))).toEqual(new RateLimitError(message, { retryAfter: 100 }));
  });

  test("tells retry() when to come again, and does not open a circuit", async () => {
    const clock = new VirtualClock();
    const breaker = circuitBreaker({ window: consecutive(1), clock });
    const policy = compose(retry({ clock }), breaker, rateLimiter({ limit: 1, per: 7_000, clock }));
    await policy(() => 1)();
    const result = policy(({ attempt }) => [attempt, clock.now()])();
    await clock.advance(7_000);
    expect([await result, breaker.state]).toEqual([[2, 7_000], "closed"]);
  });

  test("makes calls wait their turn, in order, with one timer a key", async () => {
    const clock = new VirtualClock();
    const events: RateLimitEvent[] = [];
    const { guarded, times } = timed(clock, { onLimit: "wait", burst: 2, on: (event) => void events.push(event) });
    const results = Array.from({ length: 5 }, () => guarded());
    const other = guarded({ key: "other" });
    expect([times, clock.pending]).toEqual([[0, 0, 0], 1]);
    await clock.advance(1_000);
    expect([await Promise.all(results), await other, times]).toEqual([[1, 2, 4, 5, 6], 3, [0, 0, 0, 100, 200, 300]]);
    expect(events).toEqual(
      [100, 200, 300].map((delay) => ({ type: "wait", key: undefined, delay }) satisfies RateLimitEvent),
    );
    expect(clock.pending).toBe(0);
  });

  test("gives back what a cancelled call had reserved: those behind it move up", async () => {
    const clock = new VirtualClock();
    const { guarded, times } = timed(clock, { onLimit: "wait", burst: 1 });
    const controller = new AbortController();
    await guarded();
    const cancelled = guarded({ signal: controller.signal });
    const behind = [guarded(), guarded()];
    await clock.advance(50);
    controller.abort("stop");
    expect(await rejectionOf(cancelled)).toBe("stop");
    await clock.advance(1_000);
    await Promise.all(behind);
    expect([times, clock.pending]).toEqual([[0, 100, 200], 0]);
  });

  test("disposes the timer with the last call that waits, in the tick of the abort", async () => {
    const clock = new VirtualClock();
    const { guarded, times } = timed(clock, { onLimit: "wait" });
    const controller = new AbortController();
    await guarded();
    const waiting = guarded({ signal: controller.signal });
    expect(clock.pending).toBe(1);
    controller.abort("stop");
    expect(clock.pending).toBe(0);
    expect(await rejectionOf(waiting)).toBe("stop");
    await clock.advance(100);
    await guarded();
    expect(times).toEqual([0, 100]);
  });

  test("refuses at once who would wait longer than maxWait or beyond its deadline", async () => {
    const clock = new VirtualClock();
    const { guarded, times } = timed(clock, { onLimit: "wait", maxWait: 200 });
    await guarded();
    expect(await rejectionOf(guarded({ deadline: 100 }))).toMatchObject({ code: "RATE_LIMITED", retryAfter: 100 });
    const waiting = [guarded({ deadline: 101 }), guarded()];
    expect(await rejectionOf(guarded())).toMatchObject({ code: "RATE_LIMITED", retryAfter: 300 });
    await clock.advance(200);
    await Promise.all(waiting);
    expect(await rejectionOf(guarded({ deadline: 200 }))).toMatchObject({ code: "TIMEOUT" });
    expect(times).toEqual([0, 100, 200]);
  });

  test("lets nobody overtake those whose turn has come, and runs none that another one cancels", async () => {
    const clock = new VirtualClock();
    const policy = rateLimiter({ limit: 2, per: 100, onLimit: "wait", clock });
    const controller = new AbortController();
    const log: string[] = [];
    const run = (name: string, options = {}) => policy(() => log.push(name))(options).catch(() => {});
    void run("a");
    void run("b");
    void policy(() => {
      log.push("c");
      controller.abort("stop");
      void run("from c");
    })();
    void run("cancelled", { signal: controller.signal });
    void run("d");
    // Both c and the cancelled one are due when the timer fires, which is late.
    const frozen = clock.now.bind(clock);
    clock.now = () => (frozen() === 0 ? 0 : frozen() + 60);
    await clock.advance(1_000);
    expect(log).toEqual(["a", "b", "c", "d", "from c"]);
    expect(clock.pending).toBe(0);
  });

  test("lets no newcomer overtake who waits for a timer that is late", async () => {
    const clock = new VirtualClock();
    let late = 0;
    const frozen = { ...systemClock, now: () => clock.now() + late, timer: clock.timer.bind(clock) };
    const policy = rateLimiter({ limit: 2, per: 100, onLimit: "wait", clock: frozen });
    const log: string[] = [];
    for (const name of ["a", "b", "waits"]) void policy(() => log.push(name))();
    late = 1_000;
    void policy(() => log.push("newcomer"))();
    expect(log).toEqual(["a", "b"]);
    await clock.advance(50);
    expect([log, clock.pending]).toEqual([["a", "b", "waits", "newcomer"], 0]);
  });

  test("never exceeds the rate, nor loses or reorders a call, whoever comes and goes", async () => {
    const steps = fc.array(fc.record({ gap: fc.nat(40), abort: fc.option(fc.nat(30), { nil: undefined }) }), {
      minLength: 1,
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 4 }), async (all, burst) => {
        const clock = new VirtualClock();
        const policy = rateLimiter({ limit: 4, per: 100, burst, onLimit: "wait", clock });
        const began: { readonly name: number; readonly at: number }[] = [];
        const ended = new Set<number>();
        const controllers = all.map(() => new AbortController());
        for (const [name, { gap, abort }] of all.entries()) {
          await clock.advance(gap);
          const call = policy(() => began.push({ name, at: clock.now() }))({ signal: controllers[name]?.signal });
          call.then(
            () => ended.add(name),
            () => ended.add(name),
          );
          if (abort !== undefined) controllers[abort % all.length]?.abort("stop");
        }
        await clock.advance(10_000);
        expect([ended.size, clock.pending]).toEqual([all.length, 0]);
        expect(began.map(({ name }) => name)).toEqual(began.map(({ name }) => name).toSorted((a, b) => a - b));
        for (const [from, first] of began.entries()) {
          for (const [to, last] of began.entries()) {
            if (to >= from) expect(to - from + 1).toBeLessThanOrEqual(burst + (last.at - first.at) / 25);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test("frees nothing for what is still running: it counts beginnings, not ends", async () => {
    const clock = new VirtualClock();
    const policy = rateLimiter({ limit: 2, per: 100, clock });
    void policy(never)();
    expect(await policy(() => "second")()).toBe("second");
    expect(await rejectionOf(policy(() => "third")())).toMatchObject({ retryAfter: 50 });
  });

  test("rejects an onLimit that it does not know", () => {
    const options = { limit: 1, per: 1, onLimit: "drop" };
    // @ts-expect-error -- what a caller without types may give
    expect(() => rateLimiter(options)).toThrow(
      new TypeError('Cannot create rateLimiter: onLimit must be "reject" or "wait"'),
    );
  });

  test.each([
    [{ limit: 0, per: 1 }, "limit must be an integer >= 1, got 0"],
    [{ limit: 1, per: 0 }, "per must be a number > 0 and <= 9007199254740991, got 0"],
    [{ limit: 1, per: 1, burst: 0.5 }, "burst must be an integer >= 1, got 0.5"],
    [{ limit: 1, per: 1, maxWait: -1 }, "maxWait must be a number > 0, got -1"],
    [{ limit: 1, per: 1, maxKeys: 0 }, "maxKeys must be a number >= 1, got 0"],
  ])("rejects %j when created", (options, message) => {
    expect(() => rateLimiter(options)).toThrow(new RangeError(`Cannot create rateLimiter: ${message}`));
  });
});
