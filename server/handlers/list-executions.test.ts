import { describe, expect, test } from "bun:test";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { approval, createTestApi, hello, type TestApi } from "../fixtures/test-api.ts";

async function three(): Promise<TestApi> {
  const ids = ["e1", "e2", "e3", "e4"];
  const clock = new VirtualClock({ wall: Date.parse("2026-01-01T00:00:00.000Z") });
  const api = createTestApi({ clock, newId: () => ids.shift() ?? "" });
  for (const workflow of [hello, approval, hello]) {
    await api.post("/workflows/execute", { workflow }, { "X-Correlation-ID": "c" });
    await clock.advance(1_000);
  }
  return api;
}

describe("GET /executions", () => {
  test("lists the newest first, and says how each stands", async () => {
    const { get } = await three();
    const { status, body } = await get("/executions", { "X-Correlation-ID": "c" });
    expect(status).toBe(200);
    expect(body).toEqual({
      executions: [
        expect.objectContaining({ executionId: "e3", status: "completed", isOwned: false }),
        {
          executionId: "e2",
          status: "waiting",
          workflow: { id: "approval", name: "Approval", hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
          createdAt: "2026-01-01T00:00:01.000Z",
          updatedAt: "2026-01-01T00:00:01.000Z",
          sequence: expect.any(Number),
          isOwned: true,
        },
        expect.objectContaining({ executionId: "e1", createdAt: "2026-01-01T00:00:00.000Z" }),
      ],
    });
  });

  test.each([
    ["status=waiting", ["e2"]],
    ["status=waiting&status=completed", ["e3", "e2", "e1"]],
    ["status=waiting,completed&limit=2", ["e3", "e2"]],
    ["workflowId=approval", ["e2"]],
    ["workflowId=none", []],
    ["since=2026-01-01T00:00:01Z", ["e3", "e2"]],
    ["since=2026-01-01T01:00:02%2B01:00", ["e3"]],
    ["q=E3", ["e3"]],
    ["q=approv", ["e2"]],
    ["q=%25", []],
  ])("takes %s", async (query, ids) => {
    const { get } = await three();
    const { body } = await get(`/executions?${query}`, { "X-Correlation-ID": "c" });
    expect(body?.executions?.map(({ executionId }) => executionId)).toEqual(ids);
  });

  test("pages without a gap or a repetition, whatever is started meanwhile", async () => {
    const { get, post } = await three();
    const first = await get("/executions?limit=1");
    await post("/workflows/execute", { workflow: hello }, { "X-Correlation-ID": "new" });
    const second = await get(`/executions?limit=1&cursor=${first.body?.nextCursor}`);
    const third = await get(`/executions?limit=1&cursor=${second.body?.nextCursor}`);
    const pages = [first, second, third];
    expect(pages.flatMap(({ body }) => body?.executions?.map(({ executionId }) => executionId))).toEqual([
      "e3",
      "e2",
      "e1",
    ]);
    expect(third.body).not.toHaveProperty("nextCursor");
  });

  test.each(["since=yesterday", "since=2026-01-01", "q=", "cursor=", "cursor=1", "cursor=1.a%2Fb"])(
    "refuses %s",
    async (query) => {
      const { status, body } = await createTestApi().get(`/executions?${query}`);
      expect([status, body?.code]).toEqual([400, "BAD_REQUEST"]);
    },
  );

  test.each(["limit=0", "limit=201", "limit=x", "status=faild", "status=", "workflowId=", "workflowId=a&workflowId=b"])(
    "refuses %s",
    async (query) => {
      const { status, body } = await createTestApi().get(`/executions?${query}`);
      expect([status, body?.code]).toEqual([400, "BAD_REQUEST"]);
      expect(body?.detail).toStartWith("Cannot list executions: ");
    },
  );
});
