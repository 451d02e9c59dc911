import { describe, expect, test } from "bun:test";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { createTestApi, hello, slow, stubborn, workflowOf } from "../fixtures/test-api.ts";

describe("POST /executions/:id/cancel", () => {
  test("stops a running execution for the given reason", async () => {
    const { engine, post } = createTestApi({ newId: () => "e1" });
    await post("/workflows/execute", { workflow: workflowOf("@test/slow") });
    const { status, body } = await post("/executions/e1/cancel", { reason: "changed my mind" });
    expect({ status, body }).toEqual({ status: 202, body: { executionId: "e1", status: "cancelling" } });
    expect(await engine.get("e1")?.result).toEqual({
      executionId: "e1",
      status: "cancelled",
      reason: "changed my mind",
    });
  });

  test("gives up on a step that does not stop when its grace period is over", async () => {
    const clock = new VirtualClock();
    const { get, post } = createTestApi({ clock, newId: () => "e1", agents: [stubborn] });
    await post("/workflows/execute", { workflow: workflowOf("@test/stubborn") });
    await post("/executions/e1/cancel", {});
    await clock.advance(4_999);
    expect((await get("/executions/e1")).body?.status).toBe("cancelling");
    await clock.advance(1);
    expect((await get("/executions/e1")).body).toMatchObject({
      status: "cancelled",
      steps: { only: { status: "cancelled", forced: true } },
    });
  });

  test("answers 200 with how it ended when it has", async () => {
    const { engine, post } = createTestApi({ newId: () => "e1" });
    await post("/workflows/execute", { workflow: hello });
    await engine.get("e1")?.result;
    const { status, body } = await post("/executions/e1/cancel", {});
    expect({ status, body }).toEqual({ status: 200, body: { executionId: "e1", status: "completed" } });
  });

  test("can be asked twice; the first reason stays", async () => {
    const { engine, post } = createTestApi({ newId: () => "e1", agents: [slow] });
    await post("/workflows/execute", { workflow: workflowOf("@test/slow") });
    const replies = await Promise.all(["first", "second"].map((reason) => post("/executions/e1/cancel", { reason })));
    expect(replies.map(({ status }) => status)).toEqual([202, 202]);
    expect(await engine.get("e1")?.result).toMatchObject({ status: "cancelled", reason: "first" });
  });

  test.each([{ reason: 1 }, { reason: "" }, { reason: "x".repeat(501) }, { force: true }])(
    "refuses %j and cancels nothing",
    async (body) => {
      const { engine, post } = createTestApi({ newId: () => "e1" });
      await post("/workflows/execute", { workflow: workflowOf("@test/slow") });
      expect((await post("/executions/e1/cancel", body)).status).toBe(422);
      expect(engine.get("e1")?.status).toBe("running");
    },
  );

  test("does not find an unknown execution", async () => {
    expect((await createTestApi().post("/executions/nobody/cancel", {})).status).toBe(404);
  });
});
