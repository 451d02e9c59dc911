import { describe, expect, test } from "bun:test";
import type { JsonObject, JsonValue } from "../../lib/json.ts";
import { defineAgent } from "../../lib/agents/define-agent.ts";
import { createTestApi, hello, slow, workflowOf, type Answered } from "../fixtures/test-api.ts";

function placesOf({ body }: Answered): readonly string[] | undefined {
  return body?.errors?.map(({ pointer, code }) => `${code} at ${pointer}`);
}

const execute = "/workflows/execute";

describe("POST /workflows/execute", () => {
  test("answers with where to look, wait and cancel", async () => {
    const { post } = createTestApi({ newId: () => "e1" });
    const { status, headers, body } = await post(execute, { workflow: workflowOf("@test/slow") });
    expect({ status, body }).toEqual({
      status: 202,
      body: {
        executionId: "e1",
        status: "running",
        links: { self: "/executions/e1", journal: "/executions/e1/journal", cancel: "/executions/e1/cancel" },
      },
    });
    expect([headers.get("location"), headers.get("retry-after"), headers.get("idempotency-replayed")]).toEqual([
      "/executions/e1",
      "1",
      null,
    ]);
  });

  test("hands input, variables and correlation id to the execution", async () => {
    const { engine, post } = createTestApi();
    const output = {
      from: "${input.from}",
      to: "${variables.to}",
      by: "${variables.by}",
      id: "${execution.correlationId}",
    };
    const workflow = workflowOf("@orchestr8/hello-world", {
      context: { variables: { to: "nobody", by: "train" } },
      input: { type: "object", properties: { from: { type: "string" } }, required: ["from"] },
      output,
    });
    const body = { workflow, input: { from: "here" }, variables: { to: "there" }, correlationId: "order-7" };
    const { body: started } = await post(execute, body);
    const result = await engine.get(started?.executionId ?? "")?.result;
    expect(result).toMatchObject({ output: { from: "here", to: "there", by: "train", id: "order-7" } });
  });

  test("fills in the defaults of the workflow's input schema, with an input and without one", async () => {
    const { engine, get, post } = createTestApi();
    const user = { type: "object", default: {}, properties: { lang: { default: "en" } } };
    const workflow = workflowOf("@orchestr8/hello-world", {
      input: { type: "object", properties: { user, topic: { default: "tides" } }, required: ["user", "topic"] },
      output: "${input}",
    });
    for (const input of [undefined, {}, { user: {}, topic: "tides" }]) {
      const { body } = await post(execute, { workflow, ...(input !== undefined && { input }) });
      const id = body?.executionId ?? "";
      expect(await engine.get(id)?.result).toMatchObject({ output: { user: { lang: "en" }, topic: "tides" } });
      expect((await get(`/executions/${id}`)).body).toMatchObject({ input: { user: { lang: "en" }, topic: "tides" } });
    }
  });

  test("says what the operator does not provide, and starts nothing", async () => {
    const { engine, post } = createTestApi();
    const needs = (context: JsonObject) => ({
      workflow: workflowOf("@orchestr8/hello-world", { context, output: "${env.A}" }),
    });
    const { status, body } = await post(execute, needs({ environment: ["A"] }));
    expect({ status, detail: body?.detail }).toMatchObject({
      status: 422,
      detail: expect.stringContaining('that the operator does not allow: "A"'),
    });
    expect(engine.load().executions).toBe(0);
  });

  test("takes no workflow files: what is posted comes from no folder", async () => {
    const steps = [{ id: "c", workflow: { file: "./child.o8.json" } }];
    const reply = await createTestApi().post(execute, { workflow: { ...hello, steps } });
    expect(placesOf(reply)).toEqual(["WORKFLOW_FILE at /workflow/steps/0/workflow/file"]);
  });

  test("correlates an execution with its request when the body does not", async () => {
    const { engine, post } = createTestApi();
    const { body } = await post(execute, { workflow: hello }, { "X-Correlation-ID": "from-header" });
    expect(engine.get(body?.executionId ?? "")?.correlationId).toBe("from-header");
  });

  test.each<[name: string, body: JsonValue, places: readonly string[]]>([
    ["nothing", {}, ["SCHEMA_TYPE at /workflow"]],
    ["an id for a workflow", { workflow: "etl" }, ["SCHEMA_TYPE at /workflow"]],
    ["an array for a workflow", { workflow: [hello] }, ["SCHEMA_TYPE at /workflow"]],
    ["a key there is none of", { workflow: hello, "a/b": 1 }, ["SCHEMA_UNKNOWN_KEY at /a~1b"]],
    [
      "many wrong things",
      { variables: [], correlationId: "two words" },
      ["SCHEMA_TYPE at /workflow", "SCHEMA_TYPE at /correlationId", "SCHEMA_TYPE at /variables"],
    ],
    ["an undeclared variable", { workflow: hello, variables: { x: 1 } }, ["REFERENCE_UNKNOWN at /variables/x"]],
    [
      "an inherited variable",
      { workflow: hello, variables: { toString: 1 } },
      ["REFERENCE_UNKNOWN at /variables/toString"],
    ],
    [
      "an unknown agent and step",
      { workflow: { ...hello, steps: [{ id: "a", agent: { id: "@no/agent" }, input: "${steps.b.output}" }] } },
      ["AGENT_UNKNOWN at /workflow/steps/0/agent/id", "STEP_UNKNOWN at /workflow/steps/0/input"],
    ],
    [
      "an input that does not fit",
      { workflow: { ...hello, input: { type: "object", required: ["topic"] } }, input: {} },
      ["VALIDATION at /input"],
    ],
  ])("refuses %s, starts nothing and says where", async (_name, body, places) => {
    const { engine, post } = createTestApi();
    const reply = await post(execute, body);
    expect({ status: reply.status, code: reply.body?.code }).toEqual({ status: 422, code: "VALIDATION" });
    expect(placesOf(reply)).toEqual(places);
    expect(engine.load().executions).toBe(0);
  });

  test("lists 20 problems and counts them all", async () => {
    const { post } = createTestApi();
    const steps = Array.from({ length: 30 }, (_, index) => ({ id: `s${index}`, agent: { id: "@no/agent" } }));
    const reply = await post(execute, { workflow: { ...hello, steps } });
    expect(reply.body?.detail).toBe("Cannot start an execution: the workflow has 30 problems, the first 20 are listed");
    expect(reply.body?.errors?.length).toBe(20);
  });

  test("never shows a received value, and clips what it shows", async () => {
    const { post } = createTestApi();
    const secret = "sk-live-1234567890";
    const workflow = {
      ...hello,
      version: secret,
      policies: { timeout: { global: secret } },
      [`x${"y".repeat(5_000)}`]: 1,
    };
    const { body } = await post(execute, { workflow, correlationId: secret, input: secret, variables: {} });
    expect(JSON.stringify(body)).not.toContain(secret);
    expect(Math.max(...(body?.errors ?? []).map(({ message }) => message.length))).toBeLessThanOrEqual(200);
    expect(body?.errors?.length).toBeGreaterThanOrEqual(3);
  });

  test("says so when the engine is full", async () => {
    const { post } = createTestApi({ agents: [slow], maxExecutions: 1 });
    await post(execute, { workflow: workflowOf("@test/slow") });
    const { status, headers, body } = await post(execute, { workflow: hello });
    expect([status, headers.get("retry-after"), body?.code, body?.isRetryable]).toEqual([429, "1", "QUEUE_FULL", true]);
  });
});

describe("Idempotency-Key", () => {
  test("gives the first reply again, whatever became of the execution, and runs once", async () => {
    let calls = 0;
    const counter = defineAgent({ id: "@test/counter", version: "1.0.0", execute: () => ++calls });
    const { engine, post } = createTestApi({ agents: [counter] });
    const body = { workflow: workflowOf("@test/counter") };
    const key = { "Idempotency-Key": "k" };
    const first = await post(execute, body, key);
    await engine.get(first.body?.executionId ?? "")?.result;
    const again = await post(execute, body, key);
    expect({ status: again.status, body: again.body }).toEqual({ status: first.status, body: first.body });
    expect([first, again].map(({ headers }) => headers.get("idempotency-replayed"))).toEqual([null, "true"]);
    expect(calls).toBe(1);
  });

  test("starts one execution for twenty requests at once", async () => {
    const { post } = createTestApi();
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => post(execute, { workflow: hello }, { "Idempotency-Key": "k" })),
    );
    expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(replies.filter(({ headers }) => headers.has("idempotency-replayed")).length).toBe(19);
  });

  test("does not mind the order of keys, and refuses another body", async () => {
    const { post } = createTestApi();
    const key = { "Idempotency-Key": "k" };
    const first = await post(execute, { workflow: hello, correlationId: "c" }, key);
    const same = await post(execute, { correlationId: "c", workflow: hello }, key);
    const other = await post(execute, { correlationId: "d", workflow: hello }, key);
    expect(same.body).toEqual(first.body);
    expect([other.status, other.body?.code]).toEqual([422, "IDEMPOTENCY_KEY_REUSED"]);
  });

  test.each(["", "two words", "é", "k".repeat(256)])("refuses the key %p", async (key) => {
    const { status, body } = await createTestApi().post(execute, { workflow: hello }, { "Idempotency-Key": key });
    expect([status, body?.code]).toEqual([400, "BAD_REQUEST"]);
  });
});
