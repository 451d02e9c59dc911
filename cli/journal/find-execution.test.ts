import { describe, expect, test } from "bun:test";
import { createEngine } from "../../lib/engine/create-engine.ts";
import { MemoryJournal } from "../../lib/journal/memory-journal.ts";
import { rejectionOf } from "../../lib/testing/rejection-of.ts";
import { parseWorkflow } from "../../dsl/compile.ts";
import { approval, hello } from "../fixtures/workflows.ts";
import { findExecution } from "./find-execution.ts";

async function journalWith(ids: readonly (readonly [id: string, text: string])[]): Promise<MemoryJournal> {
  const journal = new MemoryJournal();
  const names = ids.map(([id]) => id);
  const engine = createEngine({ journal, newId: () => names.shift() ?? "" });
  for (const [, text] of ids) {
    const { execution } = await engine.start(parseWorkflow(text));
    if (text === hello) await execution.result;
  }
  return journal;
}

const some = journalWith([
  ["aa11", hello],
  ["aa22", approval],
  ["aa22b", approval],
  ["bb33", hello],
]);

describe("findExecution()", () => {
  test.each([
    ["aa11", "aa11"],
    ["aa1", "aa11"],
    ["b", "bb33"],
    ["aa22", "aa22"],
    ["2b", "aa22b"],
    ["11", "aa11"],
    ["latest", "bb33"],
    ["latest:completed", "bb33"],
  ])("takes %s for %s", async (address, id) => {
    expect((await findExecution(await some, address)).executionId).toBe(id);
  });

  test.each([
    ["aa", "USAGE", 'Cannot tell which execution "aa" is: "'],
    ["cc", "EXECUTION_NOT_FOUND", 'Cannot find execution "cc": the latest are "bb33", "aa22b", "aa22", "aa11"'],
    ["latest:failed", "EXECUTION_NOT_FOUND", "Cannot find an execution that is failed: the journal has none"],
    ["latest:faild", "USAGE", 'Cannot understand "faild": a status is one of'],
    ["latest:failed:x", "USAGE", 'Cannot understand "latest:failed:x"'],
    ["", "USAGE", 'Cannot understand ""'],
    ["../x", "USAGE", 'Cannot understand "../x"'],
  ])("refuses %j and helps on", async (address, code, message) => {
    const error = await rejectionOf(findExecution(await some, address));
    expect(error).toMatchObject({ code });
    expect(String(error)).toContain(message);
  });

  test("names candidates for an ambiguous one, though not all", async () => {
    const journal = await journalWith(Array.from({ length: 7 }, (_, index) => [`a${index}`, approval] as const));
    const error = String(await rejectionOf(findExecution(journal, "a")));
    expect(error.match(/"a\d"/g)).toHaveLength(5);
    expect(error).toEndWith(" and more");
  });

  test("says so when there is none at all", async () => {
    const error = await rejectionOf(findExecution(new MemoryJournal(), "x"));
    expect(String(error)).toEndWith('Cannot find execution "x": the journal has none');
  });
});
