import { afterAll, describe, expect, test } from "bun:test";
import { cli, FakeContext } from "../fixtures/fake-context.ts";
import { leaveExecution } from "../fixtures/left-execution.ts";
import { createTestFolder } from "../fixtures/test-folder.ts";
import { approval, hello } from "../fixtures/workflows.ts";
import { runCli } from "../run-cli.ts";

const folder = createTestFolder();
const cwd = folder.path;
afterAll(() => folder[Symbol.dispose]());
folder.write("approval.o8.json", approval);
folder.write("hello.o8.json", hello);

function typesIn(ndjson: string): readonly unknown[] {
  const lines = ndjson.trimEnd().split("\n");
  return lines.map((line) => (JSON.parse(line) as { readonly type: unknown }).type);
}

describe("orchestr8 logs", () => {
  test("prints what is recorded, an event a line with its time", async () => {
    await cli(["run", "hello.o8.json", "--quiet"], { cwd });
    const { exitCode, stdout, stderr } = await cli(["logs", "latest"], { cwd });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const plain = stdout.replaceAll(/^\S{24}/gm, "TIME").replaceAll(/[\d.]+ms/g, "0ms");
    expect(plain.split("\n")).toEqual([
      "TIME  execution.created",
      "TIME  step.ready           hi",
      "TIME  execution.started",
      "TIME  step.started         hi started",
      "TIME  attempt.started      hi",
      "TIME  step.completed       hi completed in 0ms",
      "TIME  execution.completed",
      "",
    ]);
  });

  test("gives the lines of export as NDJSON, all or those of a step", async () => {
    await cli(["run", "hello.o8.json", "--quiet"], { cwd });
    const { stdout } = await cli(["logs", "latest", "--json"], { cwd });
    expect(stdout).toBe((await cli(["export", "latest", "--format", "ndjson"], { cwd })).stdout);
    const all = stdout.split("\n").filter((line) => line.includes('"stepId":"hi"'));
    const one = await cli(["logs", "latest", "--json", "--step", "hi"], { cwd });
    expect(one.stdout.trimEnd().split("\n")).toEqual(all);
  });

  test("follows an execution that goes on elsewhere, to its end", async () => {
    // Of its own: what other tests leave waiting here nobody runs.
    using project = createTestFolder();
    const options = { cwd: project.path };
    project.write("approval.o8.json", approval);
    const running = new FakeContext(options);
    const end = runCli(["run", "approval.o8.json", "--quiet", "--durability", "fast"], running);
    let found = false;
    while (!found) {
      found = (await cli(["list", "--status", "waiting", "--json"], options)).stdout.includes("approval");
    }
    const following = new FakeContext(options);
    const isFollowed = runCli(["logs", "latest:waiting", "-f", "--json"], following);
    await cli(["signal", "latest:waiting", "approve", '{"by":"Ada"}'], options);
    expect(await Promise.all([end, isFollowed])).toEqual([0, 0]);
    expect(typesIn(following.out)).toEqual(typesIn((await cli(["logs", "latest", "--json"], options)).stdout));
    expect(following.isListening).toBe(false);
  });

  test("follows until Ctrl-C, and warns when nobody runs it", async () => {
    const id = await leaveExecution(cwd, "approval.o8.json");
    const context = new FakeContext({ cwd });
    const exit = runCli(["logs", id, "--follow"], context);
    await context.said("No process runs it");
    context.send("SIGINT");
    expect(await exit).toBe(130);
  });

  test("ends when nobody reads it any more", async () => {
    const id = await leaveExecution(cwd, "approval.o8.json");
    const context = new FakeContext({ cwd });
    Object.assign(context.stdout, { destroyed: true });
    expect(await runCli(["logs", id, "--follow"], context)).toBe(0);
  });

  test("suggests a step", async () => {
    await cli(["run", "hello.o8.json", "--quiet"], { cwd });
    expect(await cli(["logs", "latest", "--step", "hj"], { cwd })).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: 'error: Cannot find step "hj": the steps are "hi"\n',
    });
    expect((await cli(["logs", "latst"], { cwd })).stderr).toEndWith('  fix: write "latest"\n');
  });
});
