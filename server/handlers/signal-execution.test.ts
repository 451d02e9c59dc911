import { describe, expect, test } from "bun:test";
import { MemoryJournal } from "../../lib/journal/memory-journal.ts";
import { approval, createTestApi, type TestApi } from "../fixtures/test-api.ts";

async function waiting(): Promise<TestApi> {
  const api = createTestApi({ newId: () => "e1" });
  await api.post("/workflows/execute", { workflow: approval });
  return api;
}

const path = "/executions/e1/signals/approve";

describe("POST /executions/:id/signals/:name", () => {
  test("completes the step that waits, with the payload", async () => {
    const { engine, post } = await waiting();
    const { status, body } = await post(path, { payload: { by: "Ada" } });
    expect({ status, body }).toEqual({ status: 202, body: { executionId: "e1", signal: "approve" } });
    expect(await engine.get("e1")?.result).toMatchObject({ status: "completed", output: { only: { by: "Ada" } } });
  });

  test("takes nothing for a payload of null", async () => {
    const { engine, post } = await waiting();
    await post(path, {});
    expect(await engine.get("e1")?.result).toMatchObject({ output: { only: null } });
  });

  test("counts what comes with one Idempotency-Key once", async () => {
    const { engine, post } = await waiting();
    const key = { "Idempotency-Key": "ticket-7" };
    const replies = await Promise.all(["Ada", "Bob"].map((by) => post(path, { payload: { by } }, key)));
    expect(replies.map(({ status }) => status)).toEqual([202, 202]);
    expect(await engine.get("e1")?.result).toMatchObject({ output: { only: { by: "Ada" } } });
    const types = (await engine.journal.read("e1")).map(({ event }) => event.type);
    expect(types.filter((type) => type === "signal.received")).toHaveLength(1);
  });

  test("reaches an execution that another process runs", async () => {
    const first = new MemoryJournal();
    const here = createTestApi({ journal: first.handle() });
    const there = createTestApi({ journal: first, newId: () => "e1" });
    await there.post("/workflows/execute", { workflow: approval });
    expect((await here.post(path, { payload: 1 })).status).toBe(202);
    expect(await there.engine.get("e1")?.result).toMatchObject({ output: { only: 1 } });
    expect((await here.get("/executions/e1")).body).toMatchObject({ status: "completed" });
  });

  test("with ?require=waiting only takes what a step waits for now", async () => {
    const { post } = await waiting();
    const early = await post("/executions/e1/signals/other?require=waiting", {});
    expect([early.status, early.body?.code]).toEqual([409, "NOT_WAITING"]);
    expect((await post(`${path}?require=waiting`, {})).status).toBe(202);
  });

  test("refuses one for an execution that has ended", async () => {
    const { engine, post } = await waiting();
    await post(path, {});
    await engine.get("e1")?.result;
    const late = await post(path, {});
    expect([late.status, late.body?.code]).toEqual([409, "EXECUTION_ENDED"]);
  });

  test("does not find an unknown execution", async () => {
    const { status, body } = await createTestApi().post(path, {});
    expect([status, body?.code]).toEqual([404, "NOT_FOUND"]);
  });

  test.each([
    ["/executions/e1/signals/a%20b", {}, 400, "BAD_REQUEST"],
    [`${path}?require=nothing`, {}, 400, "BAD_REQUEST"],
    [path, { payloda: 1 }, 422, "VALIDATION"],
  ])("refuses %s %j", async (wrong, body, status, code) => {
    const { post } = await waiting();
    const reply = await post(wrong, body);
    expect([reply.status, reply.body?.code]).toEqual([status, code]);
  });
});
