import { describe, expect, test } from "bun:test";
import { createTestApi, type TestApi, workflowOf } from "../fixtures/test-api.ts";

async function start({ post }: TestApi, workflow = workflowOf("@test/slow")): Promise<string> {
  return (await post("/workflows/execute", { workflow })).body?.executionId ?? "";
}

describe("GET /executions/:id/graph", () => {
  test("draws the workflow that the execution is pinned to, with its own colours or without", async () => {
    const api = createTestApi();
    const id = await start(api);
    const own = await api.get(`/executions/${id}/graph`);
    expect([own.status, own.headers.get("content-type")]).toEqual([200, "image/svg+xml"]);
    expect(own.text).toContain('<g class="agent" data-step="only"');
    expect(own.text).toContain("<style>");
    const bare = await api.get(`/executions/${id}/graph?style=none`);
    expect(bare.text).toBe(own.text.replace(/<style>[^<]*<\/style>\n/, ""));
  });

  test("runs nothing when somebody opens it", async () => {
    const api = createTestApi();
    const { headers } = await api.get(`/executions/${await start(api)}/graph`);
    expect(headers.get("content-security-policy")).toBe("default-src 'none'; style-src 'unsafe-inline'; sandbox");
  });

  test("refuses what would take long to lay out", async () => {
    const api = createTestApi();
    const steps = Array.from({ length: 301 }, (_, index) => ({ id: `s${index}`, agent: { id: "@test/slow" } }));
    const { status, body } = await api.get(`/executions/${await start(api, workflowOf("", { steps }))}/graph`);
    expect({ status, code: body?.code, detail: body?.detail }).toEqual({
      status: 422,
      code: "VALUE_TOO_LARGE",
      detail: "Cannot draw the workflow: it has 301 steps and 0 edges, and at most 300 together are drawn",
    });
  });

  test.each([
    ["/executions/nobody/graph", 404],
    ["/executions/a%2Fb/graph", 404],
    ["/executions/nobody/graph?style=blue", 400],
  ])("answers %s with %d", async (path, status) => {
    expect((await createTestApi().get(path)).status).toBe(status);
  });
});
