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
    let cursor: number | string | undefined = 0;
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

  test("gives only the types that are asked for, and pages through them", async () => {
    const { get } = await finished();
    const types = "types=step.started,step.completed&types=execution.completed";
    const { body } = await get(`/executions/e1/journal?${types}`);
    const seen = body?.entries ?? [];
    expect(seen).toMatchObject([{ type: "step.started" }, { type: "step.completed" }, { type: "execution.completed" }]);
    const first = await get(`/executions/e1/journal?${types}&limit=1`);
    expect(first.body?.entries).toEqual(seen.slice(0, 1));
    const rest = await get(`/executions/e1/journal?${types}&cursor=${first.body?.nextCursor}`);
    expect(rest.body?.entries).toEqual(seen.slice(1));
    expect(rest.body).not.toHaveProperty("nextCursor");
  });

  test("streams lines that are the entries of the pages", async () => {
    const { get } = await finished();
    const whole = (await get("/executions/e1/journal")).body?.entries ?? [];
    const { headers, text } = await get("/executions/e1/journal?format=ndjson");
    expect(headers.get("content-type")).toBe("application/x-ndjson");
    const lines = text.trimEnd().split("\n");
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([...whole]);
    const some = await get("/executions/e1/journal?format=ndjson&cursor=2&limit=2");
    expect(some.text).toBe(`${lines.slice(2, 4).join("\n")}\n`);
  });

  test("gives a trace in which whatever begins also ends, on a thread of its own", async () => {
    const { get } = await finished();
    const { body, headers } = await get("/executions/e1/journal?format=trace");
    expect(headers.get("content-disposition")).toBe('attachment; filename="e1.trace.json"');
    const events = (body?.["traceEvents"] ?? []) as readonly { ph: string; tid: number; name: string; ts: number }[];
    expect(events.filter(({ ph }) => ph === "M").map(({ tid }) => tid)).toEqual([1, 2]);
    expect(events.filter(({ ph }) => ph === "B").map(({ tid, name }) => [tid, name])).toEqual([
      [1, "execution"],
      [2, "only"],
      [2, "attempt 1"],
    ]);
    expect(events.filter(({ ph }) => ph === "E").map(({ tid }) => tid)).toEqual([2, 2, 1]);
    expect(events.every(({ ts }) => Number.isInteger(ts))).toBe(true);
  });

  test.each(["json", "ndjson", "trace"])("does not find the %s of nobody", async (format) => {
    const { status } = await (await finished()).get(`/executions/nobody/journal?format=${format}`);
    expect(status).toBe(404);
  });

  test.each([
    ["format=xml", "format must be json, ndjson or trace"],
    ["types=step.star", "types must be types of events"],
    ["types=", "types must be types of events"],
  ])("refuses %s", async (query, message) => {
    const { status, body } = await (await finished()).get(`/executions/e1/journal?${query}`);
    expect([status, body?.detail]).toEqual([400, `Cannot read the journal: ${message}`]);
  });
});
