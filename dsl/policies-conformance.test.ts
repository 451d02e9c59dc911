import { describe, expect, test } from "bun:test";
import { type AnyAgent } from "../lib/agents/agent.ts";
import { createEngine } from "../lib/engine/create-engine.ts";
import type { ExecutionEvent } from "../lib/engine/events.ts";
import { RetryableError } from "../lib/errors.ts";
import { VirtualClock } from "../lib/testing/virtual-clock.ts";
import { parseWorkflow } from "./compile.ts";

/** A policy that a file can name and nothing carries out would be worse than none: each field here is seen to act. */
interface Ran {
  readonly events: readonly ExecutionEvent[];
  readonly calls: number;
  readonly mostAtOnce: number;
  readonly status: string;
  readonly endedMs: number;
}

interface Behaviour {
  /** How many calls fail before one succeeds. */
  readonly failures?: number;
  readonly error?: () => Error;
  /** How long a call takes. */
  readonly takesMs?: number;
  /** Whether the agent goes on when it is told to stop. */
  readonly isStubborn?: boolean;
}

async function run(
  steps: number,
  policies: object,
  behaviour: Behaviour = {},
  stepPolicies: object = {},
): Promise<Ran> {
  const { failures = 0, error = () => new RetryableError("not yet"), takesMs = 0, isStubborn = false } = behaviour;
  const clock = new VirtualClock();
  let calls = 0;
  let running = 0;
  let mostAtOnce = 0;
  const agent: AnyAgent = {
    id: "@test/agent",
    version: "1.0.0",
    async execute(_input, _context, signal) {
      const call = ++calls;
      mostAtOnce = Math.max(mostAtOnce, ++running);
      try {
        if (takesMs > 0) await clock.sleep(takesMs, isStubborn ? undefined : signal);
        if (call <= failures) throw error();
        return null;
      } finally {
        running--;
      }
    },
  };
  const document = {
    version: "1.0.0",
    metadata: { id: "w", name: "W" },
    steps: Array.from({ length: steps }, (_, index) => ({
      id: `s${index}`,
      agent: { id: agent.id },
      onError: "continue",
      policies: stepPolicies,
    })),
    policies,
  };
  const engine = createEngine({ agents: [agent], clock, newId: () => "run" });
  const { execution } = await engine.start(parseWorkflow(JSON.stringify(document)));
  await clock.advance(1_000_000);
  const entries = await engine.journal.read(execution.id);
  const events = entries.map(({ event }) => event);
  return { events, calls, mostAtOnce, status: execution.status, endedMs: entries.at(-1)?.elapsedMs ?? 0 };
}

function delays({ events }: Ran): readonly number[] {
  return events.flatMap((event) => (event.type === "retry.scheduled" ? [event.delayMs] : []));
}

function count({ events }: Ran, type: ExecutionEvent["type"]): number {
  return events.filter((event) => event.type === type).length;
}

const noJitter = { jitter: "none" } as const;
const retry = (fields: object) => ({ resilience: { retry: { ...noJitter, ...fields } } });
const breaker = (fields: object) => ({
  resilience: { retry: { ...noJitter, maxAttempts: 3 }, circuitBreaker: fields },
});

describe("each policy of a workflow file is carried out:", () => {
  test("retry.maxAttempts", async () => {
    expect((await run(1, retry({ maxAttempts: 2 }), { failures: 9 })).calls).toBe(2);
  });

  test("retry.baseDelay and jitter none", async () => {
    expect(delays(await run(1, retry({ baseDelay: "2s" }), { failures: 2 }))).toEqual([2_000, 4_000]);
  });

  test("retry.maxDelay", async () => {
    const drawn = delays(await run(1, retry({ maxAttempts: 4, maxDelay: "1.5s" }), { failures: 3 }));
    expect(drawn).toEqual([1_000, 1_500, 1_500]);
  });

  test("retry.jitter", async () => {
    const drawn = delays(await run(1, retry({ jitter: { randomizationFactor: 0.1 } }), { failures: 2 }));
    expect(drawn[0]).toBeWithin(900, 1_101);
    expect(drawn[1]).toBeWithin(1_800, 2_201);
    expect(drawn).not.toEqual([1_000, 2_000]);
  });

  test("retry.maxElapsed", async () => {
    expect((await run(1, retry({ maxElapsed: "2s" }), { failures: 9 })).calls).toBe(2);
  });

  test("retry.retryOn", async () => {
    expect((await run(1, retry({ retryOn: ["network"] }), { failures: 1 })).calls).toBe(1);
    expect((await run(1, retry({ retryOn: ["bug"] }), { failures: 1, error: () => new TypeError("bug") })).calls).toBe(
      2,
    );
  });

  test("circuitBreaker.failureThreshold", async () => {
    const ran = await run(1, breaker({ failureThreshold: 2 }), { failures: 9 });
    expect([ran.calls, count(ran, "circuit.opened"), count(ran, "circuit.rejected")]).toEqual([2, 1, 1]);
  });

  test("circuitBreaker.resetTimeout", async () => {
    const ran = await run(1, breaker({ failureThreshold: 1, resetTimeout: "500ms" }), { failures: 1 });
    expect([ran.calls, count(ran, "circuit.half_opened"), count(ran, "circuit.closed")]).toEqual([2, 1, 1]);
  });

  test("circuitBreaker.halfOpenProbes", async () => {
    const fields = { failureThreshold: 1, resetTimeout: "500ms", halfOpenProbes: 2 };
    const ran = await run(1, breaker(fields), { failures: 1 });
    expect([ran.calls, count(ran, "circuit.half_opened"), count(ran, "circuit.closed")]).toEqual([2, 1, 0]);
  });

  test("circuitBreaker.target", async () => {
    const ran = await run(1, breaker({ failureThreshold: 1, target: "${execution.id}" }), { failures: 9 });
    expect(ran.events.flatMap((event) => (event.type === "circuit.opened" ? [event.key] : []))[0]).toContain("run");
  });

  test("bulkhead.maxConcurrent", async () => {
    const ran = await run(3, { resilience: { bulkhead: { maxConcurrent: 1 } } }, { takesMs: 10 });
    expect([ran.mostAtOnce, count(ran, "bulkhead.rejected") > 0, ran.status]).toEqual([1, true, "completed"]);
  });

  test("bulkhead.maxQueue", async () => {
    const ran = await run(3, { resilience: { bulkhead: { maxConcurrent: 1, maxQueue: 2 } } }, { takesMs: 10 });
    expect([ran.mostAtOnce, count(ran, "bulkhead.rejected"), ran.endedMs]).toEqual([1, 0, 30]);
  });

  test("rateLimit.limit and per", async () => {
    const ran = await run(2, { resilience: { ...retry({}).resilience, rateLimit: { limit: 1, per: "5s" } } });
    expect([ran.calls, count(ran, "rate_limit.rejected"), ran.endedMs]).toEqual([2, 1, 5_000]);
  });

  test("timeout.perStep", async () => {
    const ran = await run(1, { timeout: { perStep: "20ms" }, ...retry({ maxAttempts: 1 }) }, { takesMs: 50 });
    expect(ran.events.filter(({ type }) => type === "timeout.fired")).toEqual([
      { type: "timeout.fired", stepId: "s0", attempt: 1, timeoutMs: 20 },
    ]);
  });

  test("timeout.global", async () => {
    const ran = await run(1, { timeout: { global: "20ms" } }, { takesMs: 50 });
    expect([ran.status, ran.endedMs]).toEqual(["failed", 20]);
  });

  test("concurrency.maxConcurrentSteps", async () => {
    expect((await run(3, { concurrency: { maxConcurrentSteps: 2 } }, { takesMs: 10 })).mostAtOnce).toBe(2);
  });

  test("concurrency.onFailure", async () => {
    const once = { failures: 1, error: () => new TypeError("bug"), takesMs: 10 };
    const failing = async (onFailure: string): Promise<number> => {
      const clock = new VirtualClock();
      let ended = 0;
      const agent = (id: string, ms: number, isBroken: boolean): AnyAgent => ({
        id,
        version: "1.0.0",
        async execute(_input, _context, signal) {
          await clock.sleep(ms, signal);
          if (isBroken) throw once.error();
          ended++;
          return null;
        },
      });
      const agents = [agent("@test/broken", 5, true), agent("@test/slow", 10, false)];
      const steps = agents.map(({ id }, index) => ({ id: `s${index}`, agent: { id } }));
      const text = JSON.stringify({
        version: "1.0.0",
        metadata: { id: "w", name: "W" },
        steps,
        policies: { concurrency: { onFailure } },
      });
      await createEngine({ agents, clock }).start(parseWorkflow(text));
      await clock.advance(100);
      return ended;
    };
    expect([await failing("abort"), await failing("drain")]).toEqual([0, 1]);
  });

  test("cancellation.gracePeriod", async () => {
    const policies = { timeout: { global: "20ms" }, cancellation: { gracePeriod: "7ms" } };
    const ran = await run(1, policies, { takesMs: 500, isStubborn: true });
    expect([ran.status, ran.endedMs]).toEqual(["failed", 27]);
  });

  test("a step's own policy before the workflow's", async () => {
    const own = { timeout: "20ms", retry: { maxAttempts: 1 }, bulkhead: { maxConcurrent: 1 } };
    const ran = await run(1, { timeout: { perStep: "1s" }, ...retry({ maxAttempts: 3 }) }, { takesMs: 50 }, own);
    expect([ran.calls, count(ran, "timeout.fired")]).toEqual([1, 1]);
  });
});
