import { describe, expect, test } from "bun:test";
import { parseWorkflow } from "../../dsl/compile.ts";
import { createEngine } from "../../lib/engine/create-engine.ts";
import { createServer } from "../app.ts";
import { approval, hello } from "../fixtures/test-api.ts";
import { ApiError } from "./api-error.ts";
import { type Client, createClient, type WatchedEvent } from "./client.ts";

const token = "a-token-for-the-client";

function connected(fetch?: (request: Request, answer: () => Promise<Response>) => Promise<Response>): Client {
  const engine = createEngine({ workflows: [parseWorkflow(JSON.stringify(hello))] });
  const server = createServer({ engine, token });
  const answer = (request: Request): Promise<Response> => server.fetch(request);
  return createClient({ token, fetch: (request) => fetch?.(request, () => answer(request)) ?? answer(request) });
}

describe("createClient()", () => {
  test("starts an execution and waits for its end", async () => {
    const client = connected();
    const { executionId } = await client.start({ workflowId: "test" });
    expect(await client.result(executionId)).toMatchObject({
      status: "completed",
      output: { only: { result: "hello" } },
    });
    const { entries } = await client.journal(executionId, { types: ["step.started", "step.completed"] });
    expect(entries.map(({ type }) => type)).toEqual(["step.started", "step.completed"]);
  });

  test("signals, lists, cancels and runs again", async () => {
    const client = connected();
    const first = await client.start({ source: JSON.stringify(approval) }, { idempotencyKey: "k" });
    expect(await client.start({ source: JSON.stringify(approval) }, { idempotencyKey: "k" })).toEqual(first);
    await client.signal(first.executionId, "approve", "yes");
    expect(await client.result(first.executionId)).toMatchObject({ output: { only: "yes" } });
    const second = await client.start({ workflow: approval });
    expect(await client.cancel(second.executionId, "enough")).toMatchObject({ status: "cancelling" });
    expect((await client.result(second.executionId)).reason).toBe("enough");
    const again = await client.rerun(first.executionId, "only");
    const { executions, nextCursor } = await client.executions({ status: ["waiting", "cancelled"], limit: 1 });
    expect([executions.map(({ executionId }) => executionId), typeof nextCursor]).toEqual([
      [again.executionId],
      "string",
    ]);
  });

  test("watches without a gap, although every connection breaks off after one event", async () => {
    let streams = 0;
    const client = connected(async (request, answer) => {
      const reply = await answer();
      if (!request.url.endsWith("/events") || reply.body === null) return reply;
      streams++;
      return new Response(firstChunks(reply.body, 2), { status: reply.status, headers: reply.headers });
    });
    const { executionId } = await client.start({ workflow: approval });
    const seen: WatchedEvent[] = [];
    for await (const event of client.watch(executionId)) {
      seen.push(event);
      if (event.kind === "snapshot") await client.signal(executionId, "approve");
    }
    const [snapshot, ...entries] = seen;
    const start = snapshot?.kind === "snapshot" ? snapshot.execution.sequence : 0;
    expect(entries.map((event) => (event.kind === "entry" ? event.entry.sequence : event))).toEqual(
      entries.map((_, index) => start + 1 + index),
    );
    expect(entries.at(-1)).toMatchObject({ entry: { event: { type: "execution.completed" } } });
    expect(streams).toBeGreaterThan(1);
  });

  test("asks no more once it was told the end", async () => {
    const asked: string[] = [];
    const client = connected((request, answer) => {
      asked.push(new URL(request.url).pathname);
      return answer();
    });
    const { executionId } = await client.start({ workflowId: "test" });
    for (const after of [0, undefined])
      for await (const _ of client.watch(executionId, { ...(after !== undefined && { after }) }));
    expect(asked).toEqual([
      "/workflows/execute",
      ...Array.from({ length: 2 }, () => `/executions/${executionId}/events`),
    ]);
  });

  test("checks a workflow, and starts nothing", async () => {
    const client = connected();
    expect(await client.validate({ workflow: hello })).toMatchObject({ valid: true, diagnostics: [] });
    expect(await client.validate({ source: "{}" })).toMatchObject({
      valid: false,
      diagnostics: expect.arrayContaining([expect.objectContaining({ severity: "error", pointer: "" })]),
    });
    expect((await client.executions()).executions).toEqual([]);
  });

  test("tells all that happened from the beginning", async () => {
    const client = connected();
    const { executionId } = await client.start({ workflowId: "test" });
    await client.result(executionId);
    const seen: WatchedEvent[] = [];
    for await (const event of client.watch(executionId, { after: 0 })) seen.push(event);
    const types = seen.map((event) => (event.kind === "entry" ? event.entry.event.type : event.kind));
    expect([types[0], types.at(-1), types.includes("snapshot")]).toEqual([
      "execution.created",
      "execution.completed",
      false,
    ]);
  });

  test("tells which process answers, and which workflows it has", async () => {
    const client = connected();
    expect(await client.health()).toMatchObject({ status: "ok", service: "orchestr8", pid: process.pid });
    expect((await client.workflows()).workflows.map(({ id }) => id)).toEqual(["test"]);
  });

  test("rejects with what the server says", async () => {
    const failure = await connected()
      .execution("nobody")
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApiError);
    expect(failure).toMatchObject({
      status: 404,
      code: "NOT_FOUND",
      isRetryable: false,
      message: "Cannot find the execution: none with this id is kept",
    });
  });

  test("says so when something else answers", async () => {
    const client = createClient({
      fetch: () => Promise.resolve(new Response("busy", { status: 503, headers: { "Retry-After": "2" } })),
    });
    const failure = await client.executions().catch((error: unknown) => error);
    expect(failure).toMatchObject({ status: 503, code: "UNKNOWN", retryAfterMs: 2_000, problem: undefined });
  });
});

function firstChunks(body: ReadableStream<Uint8Array>, count: number): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let left = count;
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (!done) controller.enqueue(value);
      if (!done && --left > 0) return;
      await reader.cancel();
      controller.close();
    },
  });
}
