import { describe, expect, test } from "bun:test";
import type { ExecutionEvent } from "../engine/events.ts";
import { exportJournal } from "./export-journal.ts";
import { entry as entryOf } from "./fixtures/recording.ts";

const entry = (sequence: number, event: ExecutionEvent) => entryOf("e1", sequence, event);

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
