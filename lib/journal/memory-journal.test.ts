import { describe, expect, test } from "bun:test";
import type { ExecutionEvent, JournalEntry } from "../engine/events.ts";
import type { JsonValue } from "../json.ts";
import { displayValue } from "./display.ts";
import { exportJournal } from "./export-journal.ts";
import { MemoryJournal } from "./memory-journal.ts";

function entry(sequence: number, event: ExecutionEvent, executionId = "e1"): JournalEntry {
  return { executionId, sequence, elapsedMs: sequence * 1.5, event };
}

function completed(output: JsonValue): ExecutionEvent {
  return { type: "step.completed", stepId: "a", output, attempts: 1, durationMs: 1 };
}

describe("MemoryJournal", () => {
  test("reads back what was appended, by page", async () => {
    const journal = new MemoryJournal();
    const entries = [1, 2, 3].map((sequence) => entry(sequence, completed(sequence)));
    journal.append(entries);
    journal.append([entry(1, { type: "execution.started" }, "e2")]);
    expect(await journal.read("e1")).toEqual(entries);
    expect(await journal.read("e1", { after: 1, limit: 1 })).toEqual(entries.slice(1, 2));
    expect(await journal.read("nobody")).toEqual([]);
  });

  test("forgets an execution", async () => {
    const journal = new MemoryJournal();
    journal.append([entry(1, { type: "execution.started" })]);
    journal.forget("e1");
    expect(await journal.read("e1")).toEqual([]);
  });

  test("keeps every event but no more than 10 MB of values", async () => {
    const journal = new MemoryJournal({ maxFieldBytes: 2_000_000 });
    const megabyte = "x".repeat(1_048_576 - 2);
    journal.append(Array.from({ length: 12 }, (_, index) => entry(index + 1, completed(megabyte))));
    const outputs = (await journal.read("e1")).map(({ event }) => event.type === "step.completed" && event.output);
    expect(outputs.map((output) => output === megabyte)).toEqual([...Array(10).fill(true), false, false]);
    expect(outputs.slice(10)).toEqual(["[truncated]", "[truncated]"]);
  });

  test("shows 8 KB of a field and says that it is cut", async () => {
    const journal = new MemoryJournal();
    journal.append([entry(1, completed({ text: "x".repeat(20_000) }))]);
    const [first] = await journal.read("e1");
    expect(first?.event).toEqual(completed(`${`{"text":"${"x".repeat(8_192)}`.slice(0, 8_192)}[truncated]`));
  });
});

describe("displayValue()", () => {
  test("leaves a value of exactly the limit alone", () => {
    const value = "x".repeat(8_190);
    expect(displayValue(value)).toBe(value);
    expect(displayValue(`${value}x`)).toBe(`"${"x".repeat(8_191)}[truncated]`);
  });

  test("cuts between characters, never inside one", () => {
    expect(displayValue("ééé", 4)).toBe('"é[truncated]');
    expect(displayValue("😀", 4)).toBe('"[truncated]');
  });

  test("counts bytes as JSON writes them", () => {
    expect(displayValue("\u0001".repeat(10), 20)).toBe(
      String.raw`"${String.raw`\u0001`.repeat(3)}`.concat("\\[truncated]"),
    );
  });
});

describe("exportJournal()", () => {
  test("gives each entry its time, elapsed and delta", () => {
    const created: ExecutionEvent = {
      type: "execution.created",
      workflowId: "w",
      workflowVersion: "1.0.0",
      workflowHash: "h",
      input: {},
      correlationId: "c",
      createdAt: 1_000,
      seed: "s",
    };
    const exported = exportJournal("e1", [entry(1, created), entry(2, { type: "execution.started" })]);
    expect(exported).toEqual({
      version: 1,
      executionId: "e1",
      entries: [
        { sequence: 1, time: "1970-01-01T00:00:01.001Z", elapsedMs: 1.5, deltaMs: 1.5, ...created },
        { sequence: 2, time: "1970-01-01T00:00:01.003Z", elapsedMs: 3, deltaMs: 1.5, type: "execution.started" },
      ],
    });
  });

  test("continues the deltas of an earlier page", () => {
    const page = exportJournal("e1", [entry(2, { type: "execution.started" })], { createdAt: 0, elapsedMs: 1.5 });
    expect(page.entries.map(({ deltaMs }) => deltaMs)).toEqual([1.5]);
  });
});
