import { afterAll, describe, expect, test } from "bun:test";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { cli } from "../fixtures/fake-context.ts";
import { createTestFolder } from "../fixtures/test-folder.ts";
import { hello } from "../fixtures/workflows.ts";

const folder = createTestFolder();
const cwd = folder.path;
afterAll(() => folder[Symbol.dispose]());
folder.write("hello.o8.json", hello);
await cli(["run", "hello.o8.json", "--durability", "fast"], { cwd });

describe("orchestr8 replay", () => {
  test("says that a run went the same way", async () => {
    const { stdout, exitCode } = await cli(["replay", "latest"], { cwd });
    expect(stdout).toMatch(/^execution [0-9a-f-]{36} went the same way: \d+ events\n$/);
    expect(exitCode).toBe(0);
    const json = JSON.parse((await cli(["replay", "latest", "--json"], { cwd })).stdout) as object;
    expect(json).toMatchObject({ isSame: true });
  });

  test("keeps a record that nobody else may read, and replays it without a journal", async () => {
    await cli(["replay", "latest", "--save", "run.recording.json"], { cwd });
    expect(statSync(join(cwd, "run.recording.json")).mode & 0o777).toBe(0o600);
    const again = await cli(["replay", "run.recording.json", "--state-dir", "nowhere"], { cwd });
    expect(again.exitCode).toBe(0);
    const twice = await cli(["replay", "latest", "--save", "run.recording.json"], { cwd });
    expect([twice.exitCode, twice.stderr]).toEqual([2, expect.stringContaining("there is such a file already")]);
  });

  test("says where an edited workflow would have gone another way, and fails", async () => {
    folder.write("edited.o8.json", hello.replace('"Hi"', '"Goodbye"'));
    const { exitCode, stderr } = await cli(["replay", "latest", "--workflow", "edited.o8.json"], { cwd });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("input.message was");
    folder.write("broken.o8.json", "{");
    expect((await cli(["replay", "latest", "--workflow", "broken.o8.json"], { cwd })).exitCode).toBe(4);
  });

  test.each([
    ["no JSON", "{", "it is not JSON"],
    ["an array", "[]", "it must be an object"],
    ["another version", '{"version":2}', "its version must be 1"],
    ["no entries", '{"version":1,"executionId":"e","workflow":{"kind":"workflow","steps":[]}}', "its entries must be"],
  ])("refuses a file that holds %s", async (_name, text, why) => {
    folder.write("bad.recording.json", text);
    const { exitCode, stderr } = await cli(["replay", "bad.recording.json"], { cwd });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(why)]);
  });

  test("says where a record was tampered with", async () => {
    await cli(["replay", "latest", "--save", "whole.recording.json"], { cwd });
    const recording = JSON.parse(readFileSync(join(cwd, "whole.recording.json"), "utf8")) as { entries: unknown[] };
    recording.entries.splice(3, 1);
    folder.write("cut.recording.json", JSON.stringify(recording));
    const { exitCode, stderr } = await cli(["replay", "cut.recording.json"], { cwd });
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("Cannot replay execution")]);
  });
});
