import { describe, expect, test } from "bun:test";
import { createTestApi, hello, workflowOf } from "../fixtures/test-api.ts";

describe("GET /executions/:id", () => {
  test("lets nobody keep what it shows of a running execution", async () => {
    const { get, post } = createTestApi({ newId: () => "e1" });
    await post("/workflows/execute", { workflow: workflowOf("@test/slow") });
    const { status, headers, body } = await get("/executions/e1", { "If-None-Match": "*" });
    expect({ status, tag: headers.get("etag"), cache: headers.get("cache-control") }).toEqual({
      status: 200,
      tag: null,
      cache: "no-store",
    });
    expect(body).toMatchObject({ executionId: "e1", status: "running", progress: { total: 1, running: 1 } });
  });

  test("tags it once it has ended, and then answers 304 to who has it", async () => {
    const { engine, get, post } = createTestApi({ newId: () => "e1" });
    await post("/workflows/execute", { workflow: hello });
    await engine.get("e1")?.result;
    const { headers, body } = await get("/executions/e1");
    const tag = `"e1-${body?.sequence}"`;
    expect({ tag: headers.get("etag"), cache: headers.get("cache-control") }).toEqual({
      tag,
      cache: "private, no-cache",
    });
    expect(body).toEqual(JSON.parse(JSON.stringify(engine.get("e1")?.view())));
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`, "*"]) {
      const again = await get("/executions/e1", { "If-None-Match": known });
      expect([again.status, again.headers.get("etag"), again.body]).toEqual([304, tag, undefined]);
    }
    expect((await get("/executions/e1", { "If-None-Match": '"e1-1"' })).status).toBe(200);
  });

  test.each(["nobody", "a.b", "a%00", "__proto__", "a".repeat(65), "%F0%9F%92%A9"])("does not find %p", async (id) => {
    for (const path of [`/executions/${id}`, `/executions/${id}/journal`]) {
      const { status, body } = await createTestApi().get(path);
      expect([status, body?.code, body?.detail]).toEqual([
        404,
        "NOT_FOUND",
        "Cannot find the execution: none with this id is kept",
      ]);
    }
  });
});
