import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { systemClock, sleep } from "../../lib/clock.ts";
import { cli, FakeContext } from "../fixtures/fake-context.ts";
import { createTestFolder } from "../fixtures/test-folder.ts";
import { hello } from "../fixtures/workflows.ts";
import { runCli } from "../run-cli.ts";

interface Finding {
  readonly name: string;
  readonly status: string;
  readonly detail: string;
}

/** What `doctor` finds of the server. */
async function examined(cwd: string): Promise<Finding | undefined> {
  const { stdout } = await cli(["doctor", "--json"], { cwd });
  const { checks }: { checks: readonly Finding[] } = JSON.parse(stdout);
  return checks.find(({ name }) => name === "server");
}

test("a server in the foreground is found, shown, used and examined, and is gone after its signal", async () => {
  using folder = createTestFolder();
  folder.write("hello.o8.json", hello);
  const cwd = folder.path;
  const context = new FakeContext({ cwd });
  const exit = runCli(["start", "--foreground", "--port", "0", "--idle", "1h"], context);
  await context.said("Try: ");
  while ((await cli(["status"], { cwd })).exitCode !== 0) await sleep(systemClock, 10);
  const shown = await cli(["status"], { cwd });
  expect(shown.stdout).toContain("http://127.0.0.1:");
  expect(JSON.parse((await cli(["status", "--json"], { cwd })).stdout)).toMatchObject({ isRunning: true });
  expect(await examined(cwd)).toMatchObject({ status: "ok", detail: expect.stringContaining("it answers at") });
  const other = await cli(["start", "--foreground"], { cwd });
  expect([other.exitCode, other.stderr]).toEqual([7, expect.stringContaining("Cannot start a server of this project")]);
  const ran = await cli(["run", "hello.o8.json", "--json"], { cwd, env: { ORCHESTR8_SERVER_AUTO: "true" } });
  expect([ran.exitCode, JSON.parse(ran.stdout)]).toMatchObject([0, { status: "completed" }]);
  const started = await cli(["start"], { cwd });
  expect(started.stdout).toContain("Runs already:");
  const text = readFileSync(join(cwd, ".orchestr8/server.json"), "utf8");
  const leave = (left: object): void =>
    writeFileSync(join(cwd, ".orchestr8/server.json"), JSON.stringify(left), { mode: 0o600 });
  const state = JSON.parse(text) as { readonly host: string };
  leave({ ...state, version: "0.0.1" });
  expect(await examined(cwd)).toMatchObject({
    status: "warn",
    detail: expect.stringContaining("it is of version 0.0.1"),
  });
  leave(state);
  context.send("SIGTERM");
  expect(await exit).toBe(143);
  expect(await cli(["status"], { cwd })).toMatchObject({ exitCode: 6, stdout: "No server runs\n" });

  leave(state);
  expect(await examined(cwd)).toMatchObject({ status: "warn", detail: expect.stringContaining("without cleaning up") });
  leave({ ...state, host: `not ${hostname()}` });
  expect(await examined(cwd)).toMatchObject({ status: "warn", detail: expect.stringContaining("it belongs to") });
  expect((await cli(["status"], { cwd })).exitCode).toBe(7);
  expect((await cli(["stop"], { cwd })).exitCode).toBe(7);
}, 30_000);

test("a state file that others can write is not believed", async () => {
  using folder = createTestFolder();
  mkdirSync(join(folder.path, ".orchestr8"), { mode: 0o700 });
  const path = join(folder.path, ".orchestr8/server.json");
  writeFileSync(path, "{}");
  chmodSync(path, 0o666);
  expect((await cli(["status"], { cwd: folder.path })).exitCode).toBe(7);
  expect(await examined(folder.path)).toMatchObject({ status: "fail" });
});
