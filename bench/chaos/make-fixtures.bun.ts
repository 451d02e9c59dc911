import { Database } from "bun:sqlite";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fixtureCases } from "./fixture-cases.ts";
import type { FixtureTask } from "./fixture-worker.ts";
import { fixtureFolders } from "./fixture-folder.ts";
import { Programs } from "./program.ts";

/**
 * Makes the journals that later versions have to go on with: `bun bench/chaos/make-fixtures.bun.ts`. One that is there
 * stays, since what was released is never made again.
 */
using programs = new Programs();
const folder = fixtureFolders.at(-1) ?? "";
mkdirSync(folder, { recursive: true });
const { command } = programs.build("fixture-worker", "bun");
for (const name of Object.keys(fixtureCases)) {
  const path = join(folder, `${name}.db`);
  if (existsSync(path)) continue;
  const [program, ...args] = command;
  const task: FixtureTask = { path, name, mode: "leave" };
  const { signal, stderr } = spawnSync(program, [...args, JSON.stringify(task)], { encoding: "utf8", timeout: 20_000 });
  if (signal !== "SIGKILL") throw new Error(`Cannot make fixture "${name}": ${stderr}`);
  seal(path);
  process.stdout.write(`${path}\n`);
}

/** Brings a journal into one file that says nothing of this machine. */
function seal(path: string): void {
  using database = new Database(path, { create: false, readwrite: true });
  database.run("UPDATE owners SET host = 'elsewhere', pid = 1, process_start = ''");
  database.query("PRAGMA wal_checkpoint(TRUNCATE)").get();
  database.close();
  for (const suffix of ["-wal", "-shm"]) rmSync(path + suffix, { force: true });
}
