import { describe, expect, test } from "bun:test";
import { TimeoutError } from "../errors.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { constantBackoff } from "./backoff.ts";
import { bulkhead } from "./bulkhead.ts";
import { compose } from "./compose.ts";
import { deadline } from "./deadline.ts";
import type { Context } from "./policy.ts";
import { retry } from "./retry.ts";
import { timeout } from "./timeout.ts";

const never = () => new Promise<never>(() => {});

function outcomeOf(promise: Promise<unknown>): { current: unknown } {
  const outcome: { current: unknown } = { current: "pending" };
  promise.then(
    (value) => (outcome.current = { value }),
    (error: unknown) => (outcome.current = { error }),
  );
  return outcome;
}

describe("deadline()", () => {
  test("tells everything inside when it will be: the sooner of its own and the caller's", async () => {
    const clock = new VirtualClock();
    await clock.advance(1_000);
    const guarded = compose(
      deadline(50, { clock }),
      retry({ clock }),
      timeout(500, { clock }),
    )((context) => context.deadline);
    expect(await Promise.all([guarded(), guarded({ deadline: 1_020 }), guarded({ deadline: 9_999 })])).toEqual([
      1_050, 1_020, 1_050,
    ]);
  });

  test("ends an attempt under way when it comes, and its signal with the same error", async () => {
    const clock = new VirtualClock();
    const seen: Context[] = [];
    const policy = compose(
      deadline(250, { clock }),
      retry({ clock, backoff: constantBackoff(0) }),
      timeout(100, { clock }),
    );
    const outcome = outcomeOf(policy((context) => (seen.push(context), never()))());
    await clock.advance(249);
    expect(outcome.current).toBe("pending");
    await clock.advance(1);
    const error = new TimeoutError("Cannot complete call: no result within 250 ms", { timeout: 250, attempts: 1 });
    expect([outcome.current, seen.length, clock.pending]).toEqual([{ error }, 3, 0]);
    expect(seen.map(({ signal }) => signal.aborted)).toEqual([true, true, true]);
  });

  test("is not waited for when the next attempt could not begin before it", async () => {
    const clock = new VirtualClock();
    const failed = new Error("down");
    const policy = compose(deadline(250, { clock }), retry({ clock, backoff: constantBackoff(200) }));
    const outcome = outcomeOf(policy(() => Promise.reject(failed))());
    await clock.advance(200);
    expect([outcome.current, clock.now()]).toEqual([{ error: failed }, 200]);
  });

  test("ends a wait in line", async () => {
    const clock = new VirtualClock();
    const room = bulkhead({ maxConcurrent: 1, maxQueue: 1, clock });
    void room(never)();
    const outcome = outcomeOf(compose(deadline(30, { clock }), room)(never)());
    await clock.advance(30);
    expect([outcome.current, room.queued, clock.pending]).toMatchObject([{ error: { code: "TIMEOUT" } }, 0, 0]);
  });

  test("is none when it is infinite", async () => {
    const clock = new VirtualClock();
    expect(await deadline(Infinity, { clock })(({ deadline: ends }) => ends)()).toBe(Infinity);
    expect(clock.pending).toBe(0);
  });

  test.each([0, -1, Number.NaN, 2 ** 31])("rejects %d when created", (ms) => {
    expect(() => deadline(ms)).toThrow(
      new RangeError(`Cannot create deadline: ms must be a number > 0 and <= 2147483647, got ${ms}`),
    );
  });
});
