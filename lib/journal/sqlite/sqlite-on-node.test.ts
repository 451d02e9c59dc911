import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { journalCases } from "../journal.suite.ts";

const root = resolve(import.meta.dir, "../../..");
const folder = mkdtempSync(join(tmpdir(), "o8-node-"));
const modules = join(folder, "node_modules");

/** A bundle that finds its packages in `modules`, if there are any. */
async function bundle(entry: string): Promise<void> {
  const { success, logs } = await Bun.build({
    entrypoints: [join(import.meta.dir, entry)],
    outdir: folder,
    naming: "[name].mjs",
    target: "node",
    packages: "external",
    external: ["bun:sqlite"],
  });
  if (!success) throw new AggregateError(logs, `Cannot bundle "${entry}"`);
}

function node(...args: string[]): { readonly stdout: string; readonly stderr: string } {
  const { stdout, stderr } = Bun.spawnSync(["node", ...args], { cwd: folder });
  return { stdout: stdout.toString(), stderr: stderr.toString() };
}

describe("the SQLite journal on Node", () => {
  beforeAll(async () => {
    await bundle("../fixtures/run-suite.ts");
    await bundle("sqlite-journal.ts");
    symlinkSync(join(root, "node_modules"), modules);
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test("does all that every journal must do", () => {
    const { stdout, stderr } = node("run-suite.mjs");
    expect(stderr).toBe("");
    const results: unknown[] = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(results).toEqual(journalCases.map(({ name }) => ({ name, error: null })));
  }, 60_000);

  test("says which package is missing where the runtime has no SQLite of its own", () => {
    rmSync(modules);
    try {
      const program = `
        import { openSqliteJournal } from "./sqlite-journal.mjs";
        process.getBuiltinModule = () => undefined;
        await openSqliteJournal({ path: "state/journal.db" }).catch((error) => console.log(error.code, error.message));`;
      writeFileSync(join(folder, "open.mjs"), program);
      const { stdout } = node("open.mjs");
      expect(stdout).toContain("JOURNAL_UNAVAILABLE Cannot open the journal");
      expect(stdout).toContain('the optional package "libsql" is not installed; run "npm install libsql@0.5"');
    } finally {
      symlinkSync(join(root, "node_modules"), modules);
    }
  });
});
