import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { sleep, systemClock } from "../../lib/clock.ts";
import { cli, FakeContext } from "../fixtures/fake-context.ts";
import { createTestFolder } from "../fixtures/test-folder.ts";
import { hello } from "../fixtures/workflows.ts";
import { runCli } from "../run-cli.ts";

test("a server of the project runs its modules as it loaded them; what it does not have or take runs here", async () => {
  using folder = createTestFolder();
  const own = (message: string): string =>
    folder.writeModule("workflows/own.workflow.ts", `step("own", { agent: agent("own", () => "${message}") });`);
  mkdirSync(join(folder.path, "workflows"));
  own("first");
  folder.write("large.o8.json", "\n".repeat(600_000) + hello);
  const cwd = folder.path;
  const context = new FakeContext({ cwd });
  const exit = runCli(["start", "--foreground", "--port", "0", "--idle", "1h"], context);
  await context.said("Try: ");
  while ((await cli(["status"], { cwd })).exitCode !== 0) await sleep(systemClock, 10);
  const run = (file: string) => cli(["run", file], { cwd, env: { ORCHESTR8_SERVER_AUTO: "true" } });

  const served = await run("workflows/own.workflow.ts");
  expect(served).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("first") });
  expect(served.stderr).not.toContain("in this process");
  const large = await run("large.o8.json");
  expect(large.stderr).toStartWith("Running in this process: a server takes no request as large as");
  expect(large.exitCode).toBe(0);
  own("second");
  const changed = await run("workflows/own.workflow.ts");
  expect(changed.stderr).toStartWith('Running in this process: no server has workflow "test" as it is here');
  expect(changed.exitCode).toBe(0);
  context.send("SIGTERM");
  await exit;
}, 30_000);
