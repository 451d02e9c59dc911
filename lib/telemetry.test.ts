import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { context, propagation, trace, type TextMapPropagator } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from "@opentelemetry/sdk-trace-base";
import { createEngine } from "./engine/create-engine.ts";
import { agentOf, workflowOf } from "./engine/fixtures/workflow-of.ts";
import { RetryableError } from "./errors.ts";
import type { Journal } from "./journal/journal.ts";
import { MemoryJournal } from "./journal/memory-journal.ts";
import type { LogRecord } from "./log.ts";
import { remoteTrace } from "./telemetry.ts";
import { VirtualClock } from "./testing/virtual-clock.ts";

const exporter = new InMemorySpanExporter();

/** Just enough of W3C trace context: the SDK's propagator comes with a package of its own. */
const traceparent: TextMapPropagator = {
  fields: () => ["traceparent"],
  inject(from, carrier, setter) {
    const span = trace.getSpanContext(from);
    if (span !== undefined) setter.set(carrier, "traceparent", `00-${span.traceId}-${span.spanId}-01`);
  },
  extract(into, carrier, getter) {
    const [, traceId, spanId] = String(getter.get(carrier, "traceparent")).split("-");
    if (traceId === undefined || spanId === undefined) return into;
    return trace.setSpanContext(into, { traceId, spanId, traceFlags: 1, isRemote: true });
  },
};

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(traceparent);
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
});

afterAll(() => {
  trace.disable();
  context.disable();
  propagation.disable();
});

beforeEach(() => exporter.reset());

/** The finished spans as nested names, children in the order they started, and in the order they ended at one time. */
function tree(spans: readonly ReadableSpan[], parentId?: string): readonly (string | readonly unknown[])[] {
  return spans
    .filter(({ parentSpanContext }) => parentSpanContext?.spanId === parentId)
    .toSorted((left, right) => left.startTime[0] - right.startTime[0] || left.startTime[1] - right.startTime[1])
    .map((span) => {
      const children = tree(spans, span.spanContext().spanId);
      const name = label(span);
      return children.length === 0 ? name : [name, ...children];
    });
}

function label({ name, attributes }: ReadableSpan): string {
  const detail = [
    attributes["orchestr8.circuit.event"],
    attributes["orchestr8.timeout_ms"],
    name === "orchestr8.attempt" || name === "orchestr8.retry" ? attributes["orchestr8.attempt"] : undefined,
    name === "orchestr8.step" ? attributes["orchestr8.step.id"] : undefined,
    attributes["error.type"],
  ].filter((part) => part !== undefined);
  return [name.replace("orchestr8.", ""), ...detail].join(" ");
}

async function run(
  agent: Parameters<typeof agentOf>[1],
  policies: Parameters<typeof workflowOf>[1],
  headers?: Headers,
) {
  const clock = new VirtualClock();
  const logs: LogRecord[] = [];
  const engine = createEngine({ agents: [agentOf("@test/agent", agent)], clock, log: (record) => logs.push(record) });
  const { execution } = await engine.start(workflowOf([{ id: "a", agent: "@test/agent" }], policies), {
    correlationId: "from-the-edge",
    ...(headers && { trace: remoteTrace(headers) }),
  });
  await clock.advance(600_000);
  return { execution, logs, engine };
}

describe("tracing", () => {
  test("shows a retry, a timeout and an opening circuit as a tree", async () => {
    let calls = 0;
    await run(
      () => {
        calls++;
        if (calls === 1) throw new RetryableError("flaky");
        return new Promise(() => undefined);
      },
      { timeoutMs: 100, retry: { maxAttempts: 3 }, circuitBreaker: { failureThreshold: 2 } },
    );
    expect(tree(exporter.getFinishedSpans())).toEqual([
      [
        "execution CircuitOpenError",
        [
          "step a CircuitOpenError",
          "attempt 1 RetryableError",
          "retry 2",
          ["attempt 2 TimeoutError", "timeout 100", "circuit_breaker opened"],
          "retry 3",
          ["attempt 3 CircuitOpenError", "circuit_breaker rejected"],
        ],
      ],
    ]);
  });

  test("names execution, workflow, step, agent and correlation on every span", async () => {
    const { execution } = await run(() => "done", {});
    const spans = exporter.getFinishedSpans();
    expect(
      spans.map(({ name, attributes }) => [
        name,
        attributes["orchestr8.execution.id"],
        attributes["orchestr8.correlation_id"],
      ]),
    ).toEqual(
      ["orchestr8.attempt", "orchestr8.step", "orchestr8.execution"].map((name) => [
        name,
        execution.id,
        "from-the-edge",
      ]),
    );
    expect(spans[1]?.attributes).toMatchObject({ "orchestr8.step.id": "a", "orchestr8.agent.id": "@test/agent" });
    expect(spans[2]?.attributes).toMatchObject({
      "orchestr8.workflow.id": "test",
      "orchestr8.workflow.version": "1.0.0",
    });
  });

  test("takes the times of spans from the journal", async () => {
    await run(() => new Promise(() => undefined), { timeoutMs: 250, retry: { maxAttempts: 1 } });
    const attempt = exporter.getFinishedSpans().find(({ name }) => name === "orchestr8.attempt");
    expect(attempt?.duration).toEqual([0, 250_000_000]);
  });

  test("makes an agent's own spans children of its attempt", async () => {
    await run(async () => {
      await Promise.resolve();
      trace.getTracer("agent").startSpan("own work").end();
      return null;
    }, {});
    expect(tree(exporter.getFinishedSpans())).toEqual([["execution", ["step a", ["attempt 1", "own work"]]]]);
  });

  test.each([
    ["a full bulkhead", { bulkhead: { maxConcurrent: 1 } }, "BulkheadFullError", "bulkhead"],
    ["a rate limit", { rateLimit: { limit: 1, perMs: 60_000 } }, "RateLimitError", "rate_limit"],
  ])("shows what %s refuses under the attempt", async (_what, policies, error, name) => {
    const clock = new VirtualClock();
    const engine = createEngine({ agents: [agentOf("@test/agent", () => new Promise(() => undefined))], clock });
    const step = { agent: "@test/agent", policies: { retry: { maxAttempts: 1 } } };
    await engine.start(
      workflowOf(
        [
          { id: "a", ...step },
          { id: "b", ...step },
        ],
        { timeoutMs: 100, ...policies },
      ),
    );
    await clock.advance(10_000);
    const spans = exporter.getFinishedSpans();
    const refused = spans.find((span) => span.name === `orchestr8.${name}`);
    expect(refused?.attributes).toMatchObject({ "orchestr8.step.id": "b", "orchestr8.circuit.key": "@test/agent" });
    const parent = spans.find((span) => span.spanContext().spanId === refused?.parentSpanContext?.spanId);
    expect(parent && label(parent)).toBe(`attempt 1 ${error}`);
  });

  test("ends the spans of steps that fall back, fail and are cancelled", async () => {
    const clock = new VirtualClock();
    const failing = agentOf("@test/failing", () => {
      throw new TypeError("broken");
    });
    const hanging = agentOf("@test/hanging", () => new Promise(() => undefined));
    const engine = createEngine({ agents: [failing, hanging, agentOf("@test/echo", () => "spare")], clock });
    await engine.start(
      workflowOf([
        { id: "a", agent: "@test/failing", onError: "fallback", fallbackStepId: "spare" },
        { id: "spare" },
        { id: "c", agent: "@test/failing", dependencies: ["a"] },
        { id: "d", agent: "@test/hanging" },
      ]),
    );
    await clock.advance(10_000);
    const spans = exporter.getFinishedSpans();
    expect(tree(spans)).toEqual([
      [
        "execution TypeError",
        ["step spare", "attempt 1"],
        ["step a", "attempt 1 TypeError"],
        ["step c TypeError", "attempt 1 TypeError"],
        ["step d CancelledError", "attempt 1 CancelledError"],
      ],
    ]);
    const owner = spans.find(
      ({ attributes }) => attributes["orchestr8.step.id"] === "a" && attributes["orchestr8.attempt"] === undefined,
    );
    expect(owner?.events.map(({ name, attributes }) => [name, attributes])).toEqual([
      ["fallback", { "orchestr8.fallback.step.id": "spare" }],
    ]);
  });

  test("ends the span of an execution whose journal refuses it", async () => {
    const journal: Journal = Object.assign(new MemoryJournal(), {
      create: () => Promise.reject(new Error("disk full")),
    });
    const engine = createEngine({ clock: new VirtualClock(), journal, agents: [agentOf("@test/echo", () => null)] });
    await expect(engine.start(workflowOf([{ id: "a" }]))).rejects.toThrow("disk full");
    expect(exporter.getFinishedSpans().map(({ name, status }) => [name, status.message])).toEqual([
      ["orchestr8.execution", "disk full"],
    ]);
  });

  test("continues the caller's trace", async () => {
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    await run(() => null, {}, new Headers({ traceparent: `00-${traceId}-b7ad6b7169203331-01` }));
    const root = exporter.getFinishedSpans().find(({ name }) => name === "orchestr8.execution");
    expect([root?.spanContext().traceId, root?.parentSpanContext?.spanId]).toEqual([traceId, "b7ad6b7169203331"]);
  });

  test("puts correlation, trace and span into every log line", async () => {
    const { logs } = await run((_input, { logger }) => {
      logger.info("from the agent", { n: 1 });
      return null;
    }, {});
    const [traceId] = new Set(exporter.getFinishedSpans().map((span) => span.spanContext().traceId));
    const attempt = exporter.getFinishedSpans().find(({ name }) => name === "orchestr8.attempt");
    expect(new Set(logs.map((record) => [record.correlationId, record.traceId].join()))).toEqual(
      new Set([`from-the-edge,${traceId}`]),
    );
    expect(logs.find(({ message }) => message === "from the agent")).toMatchObject({
      level: "info",
      stepId: "a",
      attempt: 1,
      data: { n: 1 },
      spanId: attempt?.spanContext().spanId,
    });
  });

  test("sends trace and idempotency key with an agent's requests", async () => {
    using server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: (request) => Response.json(Object.fromEntries(request.headers)),
    });
    const engine = createEngine({
      agents: [agentOf("@test/agent", async (_input, agent) => (await agent.fetch(server.url)).json())],
    });
    const { execution } = await engine.start(workflowOf([{ id: "a", agent: "@test/agent" }]));
    await execution.result;
    const attempt = exporter
      .getFinishedSpans()
      .find(({ name }) => name === "orchestr8.attempt")
      ?.spanContext();
    expect(execution.view().steps["a"]?.output).toMatchObject({
      "idempotency-key": `${execution.id}:a`,
      traceparent: `00-${attempt?.traceId}-${attempt?.spanId}-01`,
    });
  });

  test("sends them with the requests of @orchestr8/http, too", async () => {
    using server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: (request) => Response.json(request.headers.get("traceparent")),
    });
    await using engine = createEngine({ agentConfig: { "@orchestr8/http": { allow: ["127.0.0.1"] } } });
    const input = { kind: "literal", value: { url: server.url.href } } as const;
    const { execution } = await engine.start(workflowOf([{ id: "a", agent: "@orchestr8/http", input }]));
    await execution.result;
    const attempt = exporter
      .getFinishedSpans()
      .find(({ name }) => name === "orchestr8.attempt")
      ?.spanContext();
    expect(execution.view().steps["a"]?.output).toMatchObject({ body: `00-${attempt?.traceId}-${attempt?.spanId}-01` });
  });
});
