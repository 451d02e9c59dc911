import { describe, expect, test } from "bun:test";
import { limit, type LimitContext, type LimitOptions } from "./limit.ts";

const options: LimitOptions = { maxAttempts: 3, delay: 1, failureThreshold: 5, openDuration: 20, timeout: 10_000 };

/** Fails with `failures` in turn, then gives "fine". */
function failing(failures: readonly Error[]): {
  readonly attempts: number[];
  readonly run: (context: LimitContext) => Promise<string>;
} {
  const attempts: number[] = [];
  return {
    attempts,
    run: ({ attempt }) => {
      const failure = failures[attempts.length];
      attempts.push(attempt);
      return failure === undefined ? Promise.resolve("fine") : Promise.reject(failure);
    },
  };
}

/** The signals that an operation which never settles was given. */
function hanging(): { readonly signals: AbortSignal[]; readonly run: (context: LimitContext) => Promise<never> } {
  const signals: AbortSignal[] = [];
  return {
    signals,
    run: ({ signal }) => {
      signals.push(signal);
      return new Promise(() => {});
    },
  };
}

const first = new Error("first");
const second = new Error("second");
const third = new Error("third");

describe("limit()", () => {
  test("tries again until the operation succeeds", async () => {
    const { attempts, run } = failing([first, second]);
    expect(await limit(options)(run)()).toBe("fine");
    expect(attempts).toEqual([1, 2, 3]);
  });

  test("gives the last error after the last attempt", async () => {
    const { attempts, run } = failing([first, second, third]);
    expect(await limit(options)(run)().catch((error: unknown) => error)).toBe(third);
    expect(attempts).toEqual([1, 2, 3]);
  });

  test("opens after a row of failures, refuses without calling, and closes after a probe", async () => {
    const { attempts, run } = failing([first, first, first, first, first]);
    const call = limit({ ...options, maxAttempts: 1, openDuration: 5 })(run);
    for (let count = 0; count < 5; count++) await expect(call()).rejects.toBe(first);
    await expect(call()).rejects.toThrow("Circuit is open");
    expect(attempts).toHaveLength(5);
    await new Promise((resolve) => setTimeout(resolve, 8));
    expect([await call(), await call()]).toEqual(["fine", "fine"]);
  });

  test("ends every attempt when its time is up, each with a signal of its own", async () => {
    const { signals, run } = hanging();
    await expect(limit({ ...options, timeout: 5 })(run)()).rejects.toThrow("Time is up");
    expect(signals.map((signal) => signal.aborted)).toEqual([true, true, true]);
    expect(new Set(signals).size).toBe(3);
  });

  test("hears its caller's abort during an attempt, during a wait and before the call", async () => {
    const reason = new Error("stop");
    const controller = new AbortController();
    const { signals, run } = hanging();
    const failed = failing([first]);
    const guard = limit({ ...options, delay: 10_000 });
    const calls: Promise<string>[] = [guard(run)(controller.signal), guard(failed.run)(controller.signal)];
    await Promise.resolve();
    await Promise.resolve();
    controller.abort(reason);
    calls.push(guard(failed.run)(controller.signal));
    const ends = await Promise.allSettled(calls);
    expect(ends).toEqual([1, 2, 3].map(() => ({ status: "rejected", reason })));
    expect(signals.map((signal) => signal.reason as unknown)).toEqual([reason]);
    expect(failed.attempts).toEqual([1]);
  });
});
