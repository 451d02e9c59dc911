import { afterAll, describe, expect, test } from "bun:test";
import { realpathSync, rmSync, statSync } from "node:fs";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { createTestFolder } from "../fixtures/test-folder.ts";
import type { ServerState } from "./server-state.ts";
import { readStateFile, removeStateFile, stateFile, writeStateFile } from "./state-file.ts";
import { watchState } from "./watch-state.ts";

const project = createTestFolder();
const folder = realpathSync(project.path);
afterAll(() => project[Symbol.dispose]());

const state: ServerState = {
  format: 1,
  pid: 4_711,
  processStart: "1",
  host: "here",
  folder,
  url: "http://127.0.0.1:8088",
  token: null,
  version: "1.0.0",
  startedAt: "2026-01-01T00:00:00.000Z",
  flags: ["--idle=15m"],
  fingerprint: "f",
};

describe("the state file", () => {
  test("is read as it was written, by its user alone", async () => {
    expect(await readStateFile(folder)).toEqual({ kind: "absent" });
    await writeStateFile(state);
    expect(await readStateFile(folder)).toEqual({ kind: "known", state });
    expect(statSync(stateFile(folder)).mode & 0o777).toBe(0o600);
  });

  test("is removed by the server that wrote it, and no other", async () => {
    await writeStateFile(state);
    await removeStateFile({ ...state, processStart: "2" });
    expect(await readStateFile(folder)).toMatchObject({ kind: "known" });
    await removeStateFile(state);
    expect(await readStateFile(folder)).toEqual({ kind: "absent" });
  });

  test("ends its server when it is gone or names another", async () => {
    const clock = new VirtualClock();
    await writeStateFile(state);
    const losses: number[] = [];
    using _ = watchState(state, clock, () => losses.push(clock.now()));
    for (let count = 0; count < 5; count++) await clock.advance(5_000);
    expect(losses).toEqual([]);
    rmSync(stateFile(folder));
    while (losses.length === 0) await clock.advance(5_000);
    expect(losses).toHaveLength(1);
  });
});
