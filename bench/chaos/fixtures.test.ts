import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fixtureCases } from "./fixture-cases.ts";
import { fixtureFolders } from "./fixture-folder.ts";
import type { FixtureTask } from "./fixture-worker.ts";
import { type Program, Programs, runtimes } from "./program.ts";

const programs = new Programs();
const built: Partial<Record<string, Program>> = {};
const folder = mkdtempSync(join(tmpdir(), "o8-fixtures-"));

beforeAll(() => {
  for (const runtime of runtimes) built[runtime] = programs.build("fixture-worker", runtime);
});
afterAll(() => {
  programs[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** Goes on with a copy of a stored journal. */
function resume(stored: string, name: string, runtime: string): unknown {
  const path = join(folder, `${basename(stored)}.${name}.${runtime}.db`);
  cpSync(join(stored, `${name}.db`), path);
  const task: FixtureTask = { path, name, mode: "resume" };
  const { stdout, stderr } = Bun.spawnSync([...(built[runtime]?.command ?? []), JSON.stringify(task)], {
    timeout: 20_000,
  });
  if (stdout.length === 0) throw new Error(`Cannot resume fixture "${name}": ${stderr.toString()}`);
  return JSON.parse(stdout.toString());
}

describe.each(fixtureFolders.map((path) => [basename(path), path]))("a stored journal of format %s", (_, stored) => {
  test("is kept for each case", () => {
    const files = readdirSync(stored).toSorted();
    expect(files).toEqual(
      Object.keys(fixtureCases)
        .map((name) => `${name}.db`)
        .toSorted(),
    );
  });

  const cases = Object.entries(fixtureCases).flatMap(([name, { ending, calls }]) =>
    runtimes.map((runtime) => [name, runtime, { ...ending, calls }] as const),
  );
  test.each(cases)("%s goes on to its right end on %s", (name, runtime, report) => {
    expect(resume(stored, name, runtime)).toEqual(report);
  });
});
