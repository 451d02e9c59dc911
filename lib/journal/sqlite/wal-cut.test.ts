import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { temporaryFolder } from "../fixtures/sqlite-bed.ts";
import { type Recording, recordReference, recover, wrongCuts, wrongFlips } from "../fixtures/wal-cut.ts";

const folder = temporaryFolder();

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.each([["full"], ["fast"]] as const)("after a loss of power, with durability %s", (durability) => {
  let recording: Recording;

  beforeAll(async () => {
    recording = await recordReference(folder, durability, 1);
  });

  test("a journal holds all that was acknowledged when its log is whole", async () => {
    const { state } = await recover(folder, recording, recording.log);
    expect(recording.states[state]).toBe(recording.states.at(-1));
    expect(recording.states.length).toBe(6);
  });

  test("a journal holds the commits up to any cut of its log, and nothing of the next one", async () => {
    expect(await wrongCuts(folder, recording, 512)).toEqual([]);
  }, 60_000);

  test("a journal with a flipped bit in its log holds a state that was, or is refused", async () => {
    expect(await wrongFlips(folder, recording, 40)).toEqual([]);
  }, 60_000);
});
