import { describe, expect, expectTypeOf, test } from "bun:test";
import { CancelledError } from "../errors.ts";
import { rejectionOf } from "../testing/rejection-of.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { compose } from "./compose.ts";
import { fallback, type FallbackEvent } from "./fallback.ts";
import type { Policy } from "./policy.ts";
import { retry } from "./retry.ts";
import { timeout } from "./timeout.ts";

const down = new Error("down");

function failing(reason: unknown = down) {
  return () => Promise.reject(reason);
}

describe("fallback()", () => {
  test("answers with its value when the operation fails, and tells of it", async () => {
    const events: FallbackEvent[] = [];
    const policy = fallback("answer", { on: (event) => void events.push(event) });
    expect([await policy(failing())(), await policy(() => "fine")()]).toEqual(["answer", "fine"]);
    expect(events).toEqual([{ type: "fallback", error: down }]);
  });

  test("makes an answer of the error and the context of the call", async () => {
    const policy = fallback(async (error, { key, attempt }) => [error, key, attempt]);
    expect(await policy(failing())({ key: "k", attempt: 2 })).toEqual([down, "k", 2]);
  });

  test("answers once for all attempts inside", async () => {
    const clock = new VirtualClock();
    let answers = 0;
    const result = compose(
      fallback(() => ++answers),
      retry({ clock }),
    )(failing())();
    await clock.advance(60_000);
    expect([await result, answers]).toEqual([1, 1]);
  });

  test("answers for errors that `when` is true of, and for values that `whenResult` is", async () => {
    const policy = fallback((error) => ["answer", error], {
      when: (error) => error !== down,
      whenResult: (value) => value === "bad",
    });
    const other = new Error("other");
    expect(await rejectionOf(policy(failing())())).toBe(down);
    expect(await policy(failing(other))()).toEqual(["answer", other]);
    expect(await policy(() => "bad")()).toEqual(["answer", undefined]);
    expect(await policy(() => "good")()).toBe("good");
  });

  test.each(["when", "whenResult"])("rejects with what %s throws", async (name) => {
    const thrown = new Error("callback failed");
    const fail = () => {
      throw thrown;
    };
    const policy = fallback("answer", { [name]: fail });
    expect(await rejectionOf(policy(name === "when" ? failing() : () => 1)())).toBe(thrown);
  });

  test("does not answer for an abort, whatever `when` says and whatever was thrown", async () => {
    const controller = new AbortController();
    let answers = 0;
    const policy = fallback(() => ++answers, { when: () => true, on: () => answers++ });
    const call = policy(
      ({ signal }) => new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(down))),
    )({
      signal: controller.signal,
    });
    controller.abort("stop");
    expect(await rejectionOf(call)).toBe("stop");
    expect(await rejectionOf(policy(failing())({ signal: controller.signal }))).toBe("stop");
    expect(answers).toBe(0);
  });

  test("does not answer for work that somebody else has stopped, unless it is told to", async () => {
    const error = new CancelledError("Cannot go on: stopped");
    expect(await rejectionOf(fallback(1)(failing(error))())).toBe(error);
    expect(await fallback(1, { when: () => true })(failing(error))()).toBe(1);
  });

  test("is cancelled while it makes an answer", async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    let signal: AbortSignal | undefined;
    const policy = fallback((_error, context) => {
      signal = context.signal;
      return clock.sleep(100, context.signal);
    });
    const call = policy(failing())({ signal: controller.signal });
    const rejection = rejectionOf(call);
    await clock.advance(10);
    const reason = new Error("stop");
    controller.abort(reason);
    expect([(await rejection) === reason, signal?.aborted, clock.pending]).toEqual([true, true, 0]);
    // It belongs to the caller, who may have stopped more than this with it.
    expect("cause" in reason).toBe(false);
  });

  test("makes an answer even after the caller's deadline, which is when one is wanted", async () => {
    const clock = new VirtualClock();
    const policy = compose(
      fallback(() => "answer"),
      timeout(50, { clock }),
    );
    const result = policy(() => new Promise<never>(() => {}))({ deadline: 20 });
    await clock.advance(20);
    expect(await result).toBe("answer");
  });

  describe("gives what it throws", () => {
    async function thrownBy(make: () => Error | undefined, error: unknown = down): Promise<unknown> {
      const policy = fallback(() => {
        throw make();
      });
      return await rejectionOf(policy(failing(error))());
    }

    test("the operation's error as its cause", async () => {
      const thrown = new Error("fallback failed");
      expect(await thrownBy(() => thrown)).toBe(thrown);
      expect(thrown.cause).toBe(down);
      expect(Object.keys(thrown)).toEqual([]);
    });

    test("unless it has a cause, even an undefined one", async () => {
      const [own, none] = [new Error("x", { cause: "own" }), new Error("x", { cause: undefined })];
      await thrownBy(() => own);
      await thrownBy(() => none);
      expect([own.cause, none.cause]).toEqual(["own", undefined]);
    });

    test("unless it cannot take one", async () => {
      const frozen = Object.freeze(new Error("x"));
      expect(await thrownBy(() => frozen)).toBe(frozen);
      expect(await thrownBy(() => undefined)).toBe(undefined);
    });

    test("unless that would make a circle of causes", async () => {
      const root = new Error("root");
      const wrapped = new Error("wrapped", { cause: new Error("between", { cause: root }) });
      expect(await thrownBy(() => root, wrapped)).toBe(root);
      expect(await thrownBy(() => down, down)).toBe(down);
      expect(["cause" in root, "cause" in down]).toEqual([false, false]);
    });

    test("even if the operation's error is part of a circle already", async () => {
      const circle = new Error("a");
      circle.cause = new Error("b", { cause: circle });
      const thrown = new Error("fallback failed");
      await thrownBy(() => thrown, circle);
      expect(thrown.cause).toBe(circle);
    });
  });

  test("adds its type to the result's", () => {
    const answer = () => fallback(null)(() => 1)();
    expectTypeOf<ReturnType<typeof answer>>().toEqualTypeOf<Promise<number | null>>();
    expectTypeOf(fallback((error) => typeof error)).toExtend<Policy<string>>();
    expectTypeOf(fallback(async () => ({ cached: true }))).toEqualTypeOf<Policy<{ cached: boolean }>>();
    const composed = () => compose(retry(), fallback([0]))(() => "x")();
    expectTypeOf<ReturnType<typeof composed>>().toEqualTypeOf<Promise<string | number[]>>();
  });
});
