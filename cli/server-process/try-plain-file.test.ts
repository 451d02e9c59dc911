import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sleep, systemClock } from "../../lib/clock.ts";
import { cli, FakeContext } from "../fixtures/fake-context.ts";
import { createTestFolder } from "../fixtures/test-folder.ts";
import { hello } from "../fixtures/workflows.ts";
import { thisProcess } from "../../lib/journal/sqlite/process-identity.ts";
import { version } from "../../lib/version.ts";
import { runCli } from "../run-cli.ts";
import { processStart } from "./process-start.ts";

/** It reads what its input need not hold. */
const doubtful = JSON.stringify({
  version: "1.0.0",
  metadata: { id: "doubtful", name: "Doubtful" },
  input: { type: "object", properties: { name: { type: "string" } } },
  steps: [{ id: "hi", agent: { id: "@orchestr8/hello-world" }, input: { message: "${input.name}" } }],
});

test("a run on a server says the same of a file as one in this process, right or wrong", async () => {
  using folder = createTestFolder();
  folder.write("hello.o8.json", hello);
  folder.write("doubtful.o8.json", doubtful);
  folder.write("wrong.o8.json", hello.replace("message", "massage"));
  folder.write("broken.o8.json", "{");
  const cwd = folder.path;
  const run = async (name: string, ...more: readonly string[]) => {
    const argv = ["run", `${name}.o8.json`, "--input", "name=Ada", ...more];
    const { exitCode, stdout, stderr } = await cli(argv, { cwd, env: { ORCHESTR8_SERVER_AUTO: "true" } });
    const masked = (text: string): string => text.replaceAll(/[\da-f]{8}-[\da-f-]{27}|[\d.]+m?s\b/g, "…");
    return { exitCode, stdout: masked(stdout), stderr: masked(stderr) };
  };
  const names = ["hello", "doubtful", "wrong", "broken", "absent"];
  const here = new Map<string, Awaited<ReturnType<typeof run>>>();
  for (const name of names) here.set(name, await run(name, "--local"));

  const context = new FakeContext({ cwd });
  const exit = runCli(["start", "--foreground", "--port", "0", "--idle", "1h"], context);
  await context.said("Try: ");
  while ((await cli(["status"], { cwd })).exitCode !== 0) await sleep(systemClock, 10);
  for (const [name, expected] of here) expect(await run(name)).toEqual(expected);
  context.send("SIGTERM");
  await exit;
  expect([...here.values()]).toMatchObject([
    { exitCode: 0 },
    { exitCode: 0, stderr: expect.stringContaining("warning") },
    { exitCode: 4 },
    { exitCode: 4 },
    { exitCode: 2 },
  ]);
}, 30_000);

test("a server that refuses to check a file is asked to run it, and its refusal is told", async () => {
  using folder = createTestFolder();
  folder.write("hello.o8.json", hello);
  const paths: string[] = [];
  await using server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: ({ url }) => {
      const { pathname } = new URL(url);
      paths.push(pathname);
      const { pid } = process;
      return pathname === "/health"
        ? Response.json({ service: "orchestr8", pid })
        : new Response(null, { status: 500 });
    },
  });
  const state = {
    format: 1,
    ...thisProcess(),
    processStart: await processStart(process.pid),
    folder: join(folder.path, ".orchestr8"),
    url: server.url.origin,
    token: null,
    version,
    startedAt: "2026-01-01T00:00:00.000Z",
    flags: [],
    fingerprint: null,
  };
  mkdirSync(state.folder, { mode: 0o700 });
  writeFileSync(join(state.folder, "server.json"), JSON.stringify(state), { mode: 0o600 });
  const ran = await cli(["run", "hello.o8.json"], { cwd: folder.path, env: { ORCHESTR8_SERVER_AUTO: "true" } });
  expect(ran).toMatchObject({ exitCode: 6, stderr: expect.stringContaining("it answered 500 without a problem") });
  expect(paths.filter((path) => path !== "/health")).toEqual(["/workflows/validate", "/workflows/execute"]);
});
