import { appendFileSync } from "node:fs";
import type { AgentContext, AnyAgent, JsonValue } from "orchestr8";

/**
 * Agents whose every call leaves a line in a file that no journal knows of: its idempotency key. The line is there before
 * anything else happens, and a process that is killed cannot take it back.
 */
export function agentsWithEffects(path: string, onEndless: () => void): readonly AnyAgent[] {
  const agent = (id: string, execute: AnyAgent["execute"]): AnyAgent => ({
    id: `@chaos/${id}`,
    version: "1.0.0",
    execute(input: JsonValue, context, signal) {
      appendFileSync(path, `${context.idempotencyKey}\n`);
      return execute(input, context, signal);
    },
  });
  const endless: AnyAgent["execute"] = (_input, _context, signal) => {
    onEndless();
    return untilAborted(signal);
  };
  return [
    agent("echo", (input: JsonValue) => input),
    // Each takes another time, so that they end in turns of their own.
    agent("slow", async (input: JsonValue, _context, signal) => {
      await sleep(2 * Number(input), signal);
      return input;
    }),
    agent("flaky", (input: JsonValue, { attempt }: AgentContext) => {
      if (attempt < 3) throw new Error("not yet");
      return input;
    }),
    agent("late-once", (input: JsonValue, context, signal) => (context.attempt > 1 ? input : untilAborted(signal))),
    agent("endless", endless),
    { ...agent("once", (input: JsonValue) => input), semantics: "at-most-once" },
  ];
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
