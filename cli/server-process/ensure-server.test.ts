import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { thisProcess } from "../../lib/journal/sqlite/process-identity.ts";
import { rejectionOf } from "../../lib/testing/rejection-of.ts";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { version } from "../../lib/version.ts";
import { advanceUntil } from "../fixtures/advance-until.ts";
import { cli, FakeContext } from "../fixtures/fake-context.ts";
import { createServerProject } from "../fixtures/server-project.ts";
import { ensureServer } from "./ensure-server.ts";
import { tryLock } from "./file-lock.ts";
import { processStart } from "./process-start.ts";
import { serverLock, startLock } from "./server-folder.ts";

const note = (): void => undefined;

test("a server that cannot start is told of with its last words", async () => {
  await using project = createServerProject();
  const plan = { flags: ["--port=nonsense"], token: undefined };
  const failure = await rejectionOf(ensureServer({ folder: project.folder, plan, note }, project.context()));
  expect(String(failure)).toContain("Cannot start the server: it ended with exit code 2");
  expect(String(failure)).toContain('Cannot use "--port"');
});

test("who waits for a server that another process starts does not wait forever", async () => {
  await using project = createServerProject();
  using _ = await tryLock(startLock(project.folder));
  const clock = new VirtualClock();
  const failure = rejectionOf(
    ensureServer({ folder: project.folder, note }, new FakeContext({ cwd: project.path, clock })),
  );
  await advanceUntil(clock, failure);
  expect(String(await failure)).toContain("Cannot reach the server: 60 s have passed, and none was started");
});

test("a process that lives and does not answer is said to be silent, and is not replaced", async () => {
  await using project = createServerProject();
  mkdirSync(project.folder, { recursive: true, mode: 0o700 });
  using _ = await tryLock(serverLock(project.folder));
  const { host } = thisProcess();
  const state = {
    format: 1,
    pid: process.pid,
    processStart: await processStart(process.pid),
    host,
    folder: project.folder,
    url: "http://127.0.0.1:1",
    token: null,
    version,
    startedAt: "2026-01-01T00:00:00.000Z",
    flags: [],
    fingerprint: null,
  };
  writeFileSync(join(project.folder, "server.json"), JSON.stringify(state), { mode: 0o600 });
  const failure = await rejectionOf(ensureServer({ folder: project.folder, note }, project.context()));
  expect(failure).toMatchObject({ code: "SERVER_UNREACHABLE", message: expect.stringContaining("does not answer") });
  const { stdout } = await cli(["doctor"], { cwd: project.path });
  expect(stdout).toContain(`process ${process.pid} does not answer at http://127.0.0.1:1`);
});
