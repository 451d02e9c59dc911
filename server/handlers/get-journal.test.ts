import { describe, expect, test } from "bun:test";
import { exportJournal } from "../../lib/journal/export-journal.ts";
import { createTestApi, hello, type Answered, type TestApi } from "../fixtures/test-api.ts";

async function finished(): Promise<TestApi> {
  const api = createTestApi({ newId: () => "e1" });
  await api.post("/workflows/execute", { workflow: hello });
  await api.engine.get("e1")?.result;
  return api;
}

describe("GET /executions/:id/journal", () => {
  test("gives the whole exported journal", async () => {
    const { engine, get } = await finished();
    const { status, body } = await get("/executions/e1/journal");
    expect(status).toBe(200);
    expect(body).toEqual(JSON.parse(JSON.stringify(exportJournal("e1", await engine.journal.read("e1")))));
  });

  test.each([1, 2, 3, 1_000])("gives the same entries in pages of %p", async (limit) => {
    const { get } = await finished();
    const whole = (await get("/executions/e1/journal")).body?.entries ?? [];
    const entries: object[] = [];
    let cursor: number | undefined = 0;
    while (cursor !== undefined) {
      const { body }: Answered = await get(`/executions/e1/journal?cursor=${cursor}&limit=${limit}`);
      entries.push(...(body?.entries ?? []));
      cursor = body?.nextCursor;
    }
    expect(entries).toEqual([...whole]);
  });

  test("gives an empty page after the last entry", async () => {
    const { get } = await finished();
    const { status, body } = await get("/executions/e1/journal?cursor=9007199254740991");
    expect({ status, body }).toEqual({ status: 200, body: { version: 1, executionId: "e1", entries: [] } });
  });

  test.each([
    ["limit=0", "limit must be one integer from 1 to 1000"],
    ["limit=1001", "limit must be one integer from 1 to 1000"],
    ["limit=", "limit must be one integer from 1 to 1000"],
    ["limit=1e2", "limit must be one integer from 1 to 1000"],
    ["limit=1&limit=2", "limit must be one integer from 1 to 1000"],
    ["cursor=-1", "cursor must be one integer from 0 to 9007199254740991"],
    ["cursor=9007199254740992", "cursor must be one integer from 0 to 9007199254740991"],
    ["cursor=abc", "cursor must be one integer from 0 to 9007199254740991"],
  ])("refuses %p", async (query, message) => {
    const { get } = await finished();
    const { status, body } = await get(`/executions/e1/journal?${query}`);
    expect([status, body?.code, body?.detail]).toEqual([400, "BAD_REQUEST", `Cannot read the journal: ${message}`]);
  });
});
