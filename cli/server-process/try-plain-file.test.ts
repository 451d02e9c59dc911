import { expect, test } from "bun:test";
import { sleep, systemClock } from "../../lib/clock.ts";
import { cli, FakeContext } from "../fixtures/fake-context.ts";
import { createTestFolder } from "../fixtures/test-folder.ts";
import { hello } from "../fixtures/workflows.ts";
import { runCli } from "../run-cli.ts";

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
