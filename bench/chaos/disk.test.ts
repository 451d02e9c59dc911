import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DiskNote, DiskTask } from "./disk-worker.ts";
import { type Program, Programs, runtimes } from "./program.ts";
import { readStored } from "./stored.bun.ts";

const programs = new Programs();
const built: Partial<Record<string, Program>> = {};
const isRoot = process.getuid?.() === 0;
let folder: string;
let disk: string;

beforeAll(() => {
  for (const runtime of runtimes) built[runtime] = programs.build("disk-worker", runtime);
});
afterAll(() => programs[Symbol.dispose]());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "o8-disk-"));
  disk = join(folder, "disk");
  mkdirSync(disk);
});
afterEach(() => {
  Bun.spawnSync(["umount", disk], { stderr: "ignore" });
  chmodSync(disk, 0o700);
  rmSync(folder, { recursive: true, force: true });
});

function mount(options: string): boolean {
  return Bun.spawnSync(["mount", "-t", "tmpfs", "-o", options, "tmpfs", disk], { stderr: "ignore" }).success;
}

/** Whether this process may make file systems of its own, as root often may. */
const canMount = ((): boolean => {
  disk = mkdtempSync(join(tmpdir(), "o8-mount-"));
  const isMounted = isRoot && mount("size=64k");
  if (isMounted) Bun.spawnSync(["umount", disk]);
  rmSync(disk, { recursive: true, force: true });
  return isMounted;
})();

function work(runtime: string, mode: DiskTask["mode"], shell = 'exec "$@"'): readonly DiskNote[] {
  const task: DiskTask = { path: join(disk, "state", "journal.db"), mode };
  const command = ["bash", "-c", shell, "bash", ...(built[runtime]?.command ?? []), JSON.stringify(task)];
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, { timeout: 60_000 });
  if (exitCode !== 0) throw new Error(`Cannot ${mode}: exit code ${exitCode}\n${stderr.toString()}`);
  const lines = stdout.toString().trim().split("\n");
  return lines.filter((line) => line !== "").map((line): DiskNote => JSON.parse(line));
}

/** What was acknowledged is there, and what was not goes on when there is room again. */
function expectNothingLost(runtime: string, notes: readonly DiskNote[]): void {
  const path = join(disk, "state", "journal.db");
  const completed = notes.flatMap((note) => (note.type === "completed" ? [note.executionId] : []));
  expect(completed.length).toBeGreaterThan(3);
  const left = readStored(path);
  expect(left.integrity).toBe("ok");
  const stored = left.executions.filter(({ status }) => status === "completed").map(({ id }) => id);
  expect(stored).toEqual(expect.arrayContaining(completed));
  const recovered = work(runtime, "recover");
  expect(recovered.filter(({ type }) => type === "refused")).toEqual([]);
  const { integrity, executions } = readStored(path);
  expect(integrity).toBe("ok");
  expect(executions.filter(({ hasEnded }) => !hasEnded)).toEqual([]);
  expect(executions).toHaveLength(left.executions.length);
}

describe.each(runtimes.map((runtime) => [runtime]))("the journal on %s", (runtime) => {
  test.if(canMount)(
    "says that the disk is full, and loses nothing",
    () => {
      mount("size=1m");
      const notes = work(runtime, "fill");
      expect(notes.at(-1)).toMatchObject({
        type: "refused",
        code: "JOURNAL_UNAVAILABLE",
        message: expect.stringContaining("the disk is full; free some space and try again"),
      });
      expect(Bun.spawnSync(["mount", "-o", "remount,size=8m", disk]).success).toBe(true);
      expectNothingLost(runtime, notes);
    },
    60_000,
  );

  test("says that the system refuses a larger file, and loses nothing", () => {
    // In units of 1,024 bytes. Without the trap the system would end the process.
    const notes = work(runtime, "fill", `trap "" XFSZ; ulimit -f 1200; exec "$@"`);
    expect(notes.at(-1)).toMatchObject({
      type: "refused",
      code: "JOURNAL_UNAVAILABLE",
      message: expect.stringMatching(/: (?:the system failed to read or write it|the disk is full)/),
    });
    expectNothingLost(runtime, notes);
  }, 60_000);

  test.if(canMount || !isRoot)("says that a folder may not be written", () => {
    if (isRoot) mount("ro");
    else chmodSync(disk, 0o500);
    expect(work(runtime, "fill")).toEqual([
      {
        type: "refused",
        code: "JOURNAL_UNAVAILABLE",
        // Node 20 says ENOENT where a folder cannot be made on a file system that is read only.
        message: expect.stringMatching(/: E(?:ROFS|ACCES|NOENT); check the permissions of the file and its folder$/),
      },
    ]);
  });

  test.if(canMount)(
    "says that a file may not be written any more",
    () => {
      mount("size=2m");
      const filled = work(runtime, "fill");
      expect(Bun.spawnSync(["mount", "-o", "remount,ro,size=8m", disk]).success).toBe(true);
      const [refused, ...more] = work(runtime, "recover");
      expect(more).toEqual([]);
      expect(refused).toMatchObject({
        type: "refused",
        code: "JOURNAL_UNAVAILABLE",
        message: expect.stringContaining("check the permissions of the file and its folder"),
      });
      expect(Bun.spawnSync(["mount", "-o", "remount,rw", disk]).success).toBe(true);
      expectNothingLost(runtime, filled);
    },
    60_000,
  );
});
