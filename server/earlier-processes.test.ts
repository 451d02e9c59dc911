import { describe, expect, test } from "bun:test";
import { MemoryJournal } from "../lib/journal/memory-journal.ts";
import { createTestApi, hello, workflowOf } from "./fixtures/test-api.ts";

describe("an execution of another process", () => {
  test("is shown with its journal, and has the same tag once it has ended", async () => {
    const first = new MemoryJournal();
    const here = createTestApi({ journal: first.handle() });
    const there = createTestApi({ journal: first, newId: () => "e1" });
    await there.post("/workflows/execute", { workflow: hello });
    await there.engine.get("e1")?.result;
    for (const path of ["/executions/e1", "/executions/e1/journal"]) {
      const [mine, theirs] = await Promise.all([here.get(path), there.get(path)]);
      expect([mine.status, mine.body]).toEqual([200, theirs.body]);
      expect(mine.headers.get("etag")).toBe(theirs.headers.get("etag"));
    }
  });

  test("is cancelled through its journal", async () => {
    const first = new MemoryJournal();
    const here = createTestApi({ journal: first.handle() });
    const there = createTestApi({ journal: first, newId: () => "e1" });
    await there.post("/workflows/execute", { workflow: workflowOf("@test/slow") });
    const { status, body } = await here.post("/executions/e1/cancel", { reason: "enough" });
    expect({ status, body }).toEqual({ status: 202, body: { executionId: "e1", status: "cancelling" } });
    expect(await there.engine.get("e1")?.result).toMatchObject({ status: "cancelled", reason: "enough" });
    const again = await here.post("/executions/e1/cancel", {});
    expect({ status: again.status, body: again.body }).toEqual({
      status: 200,
      body: { executionId: "e1", status: "cancelled" },
    });
  });
});
