import { describe, expect, test } from "bun:test";
import { defineAgent } from "../../lib/agents/define-agent.ts";
import { createTestApi, type TestApi } from "../fixtures/test-api.ts";

/** Two steps that count their calls. */
async function finished(): Promise<TestApi & { readonly calls: readonly string[] }> {
  const calls: string[] = [];
  const counter = defineAgent({
    id: "@test/counter",
    version: "1.0.0",
    execute: (_input, { stepId }) => void calls.push(stepId),
  });
  const ids = ["e1", "e2"];
  const api = createTestApi({ agents: [counter], newId: () => ids.shift() ?? "correlation" });
  const steps = [
    { id: "a", agent: { id: "@test/counter" } },
    { id: "b", agent: { id: "@test/counter" }, dependencies: ["a"] },
  ];
  const workflow = { version: "1.0.0", metadata: { id: "two", name: "Two" }, steps };
  await api.post("/workflows/execute", { workflow }, { "X-Correlation-ID": "c" });
  await api.engine.get("e1")?.result;
  return Object.assign(api, { calls });
}

const named = { "X-Correlation-ID": "c" };

describe("POST /executions/:id/rerun", () => {
  test("runs an execution again from a step on", async () => {
    const { engine, post, get, calls } = await finished();
    const { status, headers, body } = await post("/executions/e1/rerun", { from: "b" }, named);
    expect({ status, location: headers.get("location"), id: body?.executionId }).toEqual({
      status: 202,
      location: "/executions/e2",
      id: "e2",
    });
    await engine.get("e2")?.result;
    expect(calls).toEqual(["a", "b", "b"]);
    expect((await get("/executions/e2")).body).toMatchObject({
      forkOf: "e1",
      correlationId: "c",
      steps: { a: { reusedFrom: "e1" } },
    });
  });

  test.each([
    [{ from: "c" }, "STEP_UNKNOWN at /from"],
    [{ from: "toString" }, "STEP_UNKNOWN at /from"],
    [{ from: 1 }, "SCHEMA_TYPE at /from"],
    [{ form: "a" }, "SCHEMA_UNKNOWN_KEY at /form"],
  ])("refuses %j and starts nothing", async (body, place) => {
    const { engine, post } = await finished();
    const reply = await post("/executions/e1/rerun", body, named);
    expect([reply.status, ...(reply.body?.errors ?? []).map(({ code, pointer }) => `${code} at ${pointer}`)]).toEqual([
      422,
      place,
    ]);
    expect(engine.get("e2")).toBeUndefined();
  });

  test("does not find an unknown execution", async () => {
    expect((await createTestApi().post("/executions/e1/rerun", {})).status).toBe(404);
  });
});
