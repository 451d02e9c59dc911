import { describe, expect, test } from "bun:test";
import type { JsonObject, JsonValue } from "../../lib/json.ts";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { parseWorkflow } from "../../dsl/compile.ts";
import { defineAgent } from "../../lib/agents/define-agent.ts";
import { approval, createTestApi, hello, slow, workflowOf, type Answered } from "../fixtures/test-api.ts";

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
        links: {
          self: "/executions/e1",
          journal: "/executions/e1/journal",
          events: "/executions/e1/events",
          cancel: "/executions/e1/cancel",
        },
      },
    });
    expect([headers.get("location"), headers.get("retry-after"), headers.get("idempotency-replayed")]).toEqual([
      "/executions/e1",
      "1",
      null,
    ]);
  });

  test.each([
    ["@orchestr8/file", { read: "package.json" }],
    ["@orchestr8/command", { program: "cat" }],
  ])("starts nothing that calls %s, which its operator has not configured", async (id, input) => {
    const { post } = createTestApi();
    const steps = [{ id: "step1", agent: { id }, input }];
    const { status, body } = await post(execute, { workflow: workflowOf(id, { steps }) });
    expect([status, body?.code, body?.detail]).toEqual([
      422,
      "AGENT_NOT_FOUND",
      `Cannot use agent "${id}": its operator must configure it, with agentConfig`,
    ]);
  });

  test("refuses to call what is not public, and lets no step allow it", async () => {
    const { engine, post } = createTestApi();
    const call = (config?: JsonObject): JsonObject => {
      const agent = { id: "@orchestr8/http", ...(config && { config }) };
      return workflowOf("@orchestr8/http", { steps: [{ id: "step1", agent, input: { url: "http://127.0.0.1:1/" } }] });
    };
    const refused = await post(execute, { workflow: call({ allow: ["127.0.0.1"] }) });
    expect([refused.status, placesOf(refused)]).toEqual([422, ["AGENT_CONFIG at /workflow/steps/0/agent/config"]]);
    const { body } = await post(execute, { workflow: call() });
    const result = await engine.get(String(body?.executionId))?.result;
    expect(result).toMatchObject({ status: "failed", error: { code: "VALIDATION" } });
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

describe("POST /workflows/execute by another name", () => {
  const registered = parseWorkflow(JSON.stringify(hello));

  test("runs a registered workflow by its id", async () => {
    const { engine, post } = createTestApi({ workflows: [registered] });
    const { status, body } = await post(execute, { workflowId: "test" });
    expect(status).toBe(202);
    expect(await engine.get(body?.executionId ?? "")?.result).toMatchObject({ status: "completed" });
  });

  test("runs the text of a file", async () => {
    const { engine, post } = createTestApi();
    const { status, body } = await post(execute, { source: JSON.stringify(hello) });
    expect(status).toBe(202);
    expect(await engine.get(body?.executionId ?? "")?.result).toMatchObject({ status: "completed" });
  });

  test.each<[string, JsonObject, string, string]>([
    ["an unknown id", { workflowId: "nope" }, "/workflowId", "REFERENCE_UNKNOWN"],
    ["an id that is inherited", { workflowId: "constructor" }, "/workflowId", "REFERENCE_UNKNOWN"],
    ["an id that is none", { workflowId: 1 }, "/workflowId", "SCHEMA_TYPE"],
    ["a source that is none", { source: {} }, "/source", "SCHEMA_TYPE"],
    ["two at once", { workflowId: "test", workflow: hello }, "/workflowId", "SCHEMA_CONFLICTING_KEY"],
    ["a source that is not JSON", { source: "{" }, "", "JSON_SYNTAX"],
  ])("refuses %s", async (_, body, pointer, code) => {
    const { engine, post } = createTestApi({ workflows: [registered] });
    const { status, body: problem } = await post(execute, body);
    expect({ status, errors: problem?.errors }).toMatchObject({ status: 422, errors: [{ pointer, code }] });
    expect(engine.load().executions).toBe(0);
  });
});

describe("Prefer: wait", () => {
  test("shows the execution as it ended, if that is in time", async () => {
    const { post } = createTestApi({ newId: () => "e1" });
    const { status, headers, body } = await post(execute, { workflow: hello }, { Prefer: "respond-async, wait=5" });
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { status: "completed", output: { only: { result: "hello" } } },
    });
    expect(["preference-applied", "location", "retry-after"].map((name) => headers.get(name))).toEqual([
      "wait=5",
      "/executions/e1",
      null,
    ]);
  });

  test.each([
    ["wait=3", 3],
    ["wait=999", 30],
  ])("with %s answers as without it after %d seconds", async (prefer, seconds) => {
    const clock = new VirtualClock();
    const { post } = createTestApi({ clock });
    const reply = post(execute, { workflow: approval }, { Prefer: prefer });
    await clock.advance(seconds * 1_000);
    const { status, headers, body } = await reply;
    expect([status, headers.get("preference-applied"), body?.status]).toEqual([202, `wait=${seconds}`, "waiting"]);
  });

  test.each(["wait", "wait=", "wait=-1", "wait=soon", "respond-async", "await=5"])("ignores %p", async (prefer) => {
    const { status, headers } = await createTestApi().post(execute, { workflow: approval }, { Prefer: prefer });
    expect([status, headers.get("preference-applied")]).toEqual([202, null]);
  });

  test("lets a repeated request wait for the first one's execution", async () => {
    const { post } = createTestApi();
    const key = { "Idempotency-Key": "k", Prefer: "wait=5" };
    const [first, again] = [
      await post(execute, { workflow: hello }, key),
      await post(execute, { workflow: hello }, key),
    ];
    expect([again.status, again.body?.status, again.headers.get("idempotency-replayed")]).toEqual([
      200,
      "completed",
      "true",
    ]);
    expect(again.body?.executionId).toBe(first.body?.executionId);
  });
});

describe("traceparent", () => {
  const trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  test("comes back with the reply", async () => {
    const { headers } = await createTestApi().post(execute, { workflow: hello }, { traceparent: trace });
    expect(headers.get("traceparent")).toBe(trace);
  });

  test.each(["", "00-00000000000000000000000000000000-00f067aa0ba902b7-01", `${trace}-x`, trace.toUpperCase()])(
    "is dropped when it is %p",
    async (given) => {
      const { headers } = await createTestApi().post(execute, { workflow: hello }, { traceparent: given });
      expect(headers.get("traceparent")).toBeNull();
    },
  );
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
