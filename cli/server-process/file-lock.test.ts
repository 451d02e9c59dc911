import { afterAll, describe, expect, test } from "bun:test";
import { symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createTestFolder } from "../fixtures/test-folder.ts";
import { isLocked, tryLock } from "./file-lock.ts";

const folder = createTestFolder();
afterAll(() => folder[Symbol.dispose]());
const module = resolve(import.meta.dir, "file-lock.ts");

/** A process that takes a lock, says whether it has it, and keeps it. */
async function holder(path: string): Promise<{ readonly hasIt: boolean; kill(): Promise<void> }> {
  const script = `import { tryLock } from ${JSON.stringify(module)};
globalThis.lock = await tryLock(${JSON.stringify(path)});
console.log(globalThis.lock !== undefined);
setInterval(() => undefined, 1_000);`;
  const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe", stderr: "inherit", timeout: 20_000 });
  const { value } = await child.stdout.getReader().read();
  return {
    hasIt: new TextDecoder().decode(value).trim() === "true",
    async kill() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

describe("tryLock()", () => {
  test("gives a lock to one at a time", async () => {
    const path = join(folder.path, "one.lock");
    const first = await tryLock(path);
    expect(first).toBeDefined();
    expect(await tryLock(path)).toBeUndefined();
    first?.[Symbol.dispose]();
    using second = await tryLock(path);
    expect(second).toBeDefined();
  });

  test("tells whether somebody has it, however many ask", async () => {
    const path = join(folder.path, "asked.lock");
    expect(await Promise.all([isLocked(path), isLocked(path), isLocked(path)])).toEqual([false, false, false]);
    const lock = await tryLock(path);
    expect(await Promise.all([isLocked(path), isLocked(path)])).toEqual([true, true]);
    lock?.[Symbol.dispose]();
    expect(await isLocked(path)).toBe(false);
  });

  test("keeps other processes out, until the one that has it is killed", async () => {
    const path = join(folder.path, "other.lock");
    const first = await holder(path);
    const second = await holder(path);
    expect([first.hasIt, second.hasIt, await tryLock(path)]).toEqual([true, false, undefined]);
    await first.kill();
    await second.kill();
    using mine = await tryLock(path);
    expect(mine).toBeDefined();
  });

  test.each([
    ["a symbolic link", (path: string) => symlinkSync("/dev/null", path), "it is a symbolic link"],
    ["another file", (path: string) => writeFileSync(path, "this is no database at all"), "SQLITE_NOTADB"],
  ])("refuses %s", async (name, make, why) => {
    const path = join(folder.path, `${name}.lock`);
    make(path);
    const failure = await tryLock(path).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "SERVER_STATE", message: `Cannot lock "${path}": ${why}` });
  });
});
