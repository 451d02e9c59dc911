import { afterAll, describe, expect, test } from "bun:test";
import { cli, FakeContext } from "./fixtures/fake-context.ts";
import { leaveExecution } from "./fixtures/left-execution.ts";
import { createTestFolder } from "./fixtures/test-folder.ts";
import { approval, hello } from "./fixtures/workflows.ts";
import { runCli } from "./run-cli.ts";

const folder = createTestFolder();
const cwd = folder.path;
afterAll(() => folder[Symbol.dispose]());
folder.write("hello.o8.json", hello);
folder.write("approval.o8.json", approval);
folder.write("broken.o8.json", "{");
const failing = folder.writeModule(
  "failing.ts",
  `step("bad", { agent: agent("bad", () => { throw new TypeError("no") }), input: {} });`,
);
const slow = folder.writeModule("slow.ts", `step("wait", { agent: slow, input: {} });`);
await leaveExecution(cwd, "approval.o8.json");
await cli(["run", "hello.o8.json", "--quiet"], { cwd });

describe("exit codes", () => {
  test.each<[readonly string[], number]>([
    [["run", "hello.o8.json", "--quiet"], 0],
    [["run", failing, "--quiet"], 1],
    [["run", "hello.o8.json", "--tiemout", "3s"], 2],
    [["run", "absent.o8.json"], 2],
    [["logs", "00000000"], 2],
    [["run", "broken.o8.json"], 4],
    [["run", slow, "--quiet", "--timeout", "1ms"], 5],
    [["resume", "latest:completed"], 7],
  ])("of %j", async (argv, code) => {
    expect((await cli(argv, { cwd })).exitCode).toBe(code as 0);
  });

  test("is 3 for a run that somebody else cancels", async () => {
    const context = new FakeContext({ cwd });
    const exit = runCli(["run", "approval.o8.json"], context);
    await context.said("approval waits for signal");
    await cli(["cancel", "latest:waiting"], { cwd });
    expect(await exit).toBe(3);
  });

  test("is 6 for a port that is taken", async () => {
    using taken = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
    expect((await cli(["serve", "--port", String(taken.port)], { cwd })).exitCode).toBe(6);
  });

  test("is 70 for what nobody threw on purpose", async () => {
    const context = new FakeContext({ cwd });
    const stdout = {
      write: () => {
        throw new RangeError("a defect");
      },
    };
    expect(await runCli(["list"], Object.assign(context, { stdout }))).toBe(70);
    expect(context.err).toContain("error: a defect\n");
  });
});

describe("--json", () => {
  test.each<[readonly string[], string]>([
    [["run", "absent.o8.json"], "FILE"],
    [["run", "broken.o8.json"], "INVALID_WORKFLOW"],
    [["run", "hello.o8.json", "--no-such"], "USAGE"],
    [["run", "broken.o8.json", "--dry-run"], "INVALID_WORKFLOW"],
    [["run", "hello.o8.json", "-", "--watch"], "USAGE"],
    [["inspect", "00000000"], "EXECUTION_NOT_FOUND"],
    [["logs", "latest:faild"], "USAGE"],
    [["logs", "latest", "--step", "no"], "USAGE"],
    [["rerun", "latest:completed", "--from", "no"], "USAGE"],
    [["cancel", "latest:completed"], "EXECUTION_ENDED"],
    [["doctor", "extra"], "USAGE"],
    [["frobnicate"], "USAGE"],
  ])("gives exactly one document when it fails: %j", async (argv, code) => {
    const { exitCode, stdout } = await cli([...argv, "--json"], { cwd });
    expect({ exitCode, document: JSON.parse(stdout) }).toMatchObject({
      exitCode: expect.any(Number),
      document: { error: { code, message: expect.stringMatching(/^Cannot /) } },
    });
    expect(exitCode).not.toBe(0);
  });
});

describe("a suggestion", () => {
  test.each<[readonly string[], string]>([
    [["lgos", "latest"], 'use "logs"'],
    [["logs", "latest", "--folow"], 'use "--follow"'],
    [["run", "helo.o8.json"], 'use "hello.o8.json"'],
    [["logs", "latst"], 'write "latest"'],
    [["logs", "latest:complted"], 'write "completed"'],
    [["logs", "latest:waiting", "--step", "aproval"], 'use "--step approval"'],
    [["inspect", "latest:waiting", "--step", "aproval"], 'use "--step approval"'],
    [["completions", "bsh"], 'write "bash"'],
    [["run", "hello.o8.json", "--durability", "ful"], 'write "--durability full"'],
  ])("follows what is not known: %j", async (argv, fix) => {
    expect((await cli(argv, { cwd })).stderr).toEndWith(`  fix: ${fix}\n`);
  });

  test("names the nearest agent", async () => {
    const agent = { id: "@orchestr8/helo-world" };
    folder.write("agent.o8.json", JSON.stringify({ ...JSON.parse(hello), steps: [{ id: "hi", agent, input: {} }] }));
    expect((await cli(["run", "agent.o8.json"], { cwd })).stderr).toContain('"@orchestr8/hello-world"');
  });
});
