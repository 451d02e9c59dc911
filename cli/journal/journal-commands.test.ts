import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { cli, FakeContext, type CliRun } from "../fixtures/fake-context.ts";
import { createTestFolder } from "../fixtures/test-folder.ts";
import { leaveExecution } from "../fixtures/left-execution.ts";
import { approval, hello } from "../fixtures/workflows.ts";
import { runCli } from "../run-cli.ts";

const folder = createTestFolder();
const cwd = folder.path;
afterAll(() => folder[Symbol.dispose]());
folder.write("approval.o8.json", approval);
folder.write("hello.o8.json", hello);
const failing = folder.writeModule(
  "failing.ts",
  `step("bad", { agent: agent("bad", () => { throw new TypeError("no \\u001b[31mluck") }), input: { a: 1 } });`,
);

async function json(...argv: readonly string[]): Promise<Record<string, unknown>> {
  return JSON.parse((await cli([...argv, "--json"], { cwd })).stdout);
}

/** Starts a run that waits for a signal, and gives its id. */
async function waiting(): Promise<{
  readonly id: string;
  readonly exit: Promise<number>;
  readonly context: FakeContext;
}> {
  const context = new FakeContext({ cwd });
  const exit = runCli(["run", "approval.o8.json", "--durability", "fast"], context);
  await context.said("approval waits for signal");
  return { id: /execution (\S+) started/.exec(context.err)?.[1] ?? "", exit, context };
}

describe("orchestr8 run keeps a journal", () => {
  test("in .orchestr8 of the project, also from a folder in it, and says the id first", async () => {
    using project = createTestFolder();
    project.write("hello.o8.json", hello);
    mkdirSync(join(project.path, "deep"));
    const { stderr } = await cli(["run", "../hello.o8.json"], { cwd: join(project.path, "deep") });
    expect(stderr).toMatch(/^execution [0-9a-f-]{36} started\n/);
    expect(readdirSync(project.path).toSorted()).toEqual([".orchestr8", "deep", "hello.o8.json", "package.json"]);
    expect((await cli(["list"], { cwd: project.path })).stdout).toContain("hello");
  });

  test("where --state-dir says", async () => {
    using project = createTestFolder();
    project.write("hello.o8.json", hello);
    await cli(["run", "hello.o8.json", "--state-dir", "here"], { cwd: project.path });
    expect(existsSync(join(project.path, "here", "journal.db"))).toBe(true);
    expect(existsSync(join(project.path, ".orchestr8"))).toBe(false);
    expect((await cli(["list", "--state-dir", "here"], { cwd: project.path })).exitCode).toBe(0);
  });

  test("in memory alone with --durability memory, which leaves no file", async () => {
    using project = createTestFolder();
    project.write("hello.o8.json", hello);
    const { exitCode } = await cli(["run", "hello.o8.json", "--durability", "memory"], { cwd: project.path });
    expect({ exitCode, files: readdirSync(project.path).toSorted() }).toEqual({
      exitCode: 0,
      files: ["hello.o8.json", "package.json"],
    });
    const both = await cli(["run", "hello.o8.json", "--durability=memory", "--state-dir=x"], { cwd: project.path });
    expect(both.exitCode).toBe(2);
  });

  test("and says what to do where none can be made", async () => {
    const file = join(cwd, "hello.o8.json");
    const { exitCode, stderr } = await cli(["run", file], { cwd: "/dev/null/nowhere" });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error: Cannot open the journal "\/dev\/null\/nowhere\/\.orchestr8/);
    expect(stderr).toContain('or keep no journal with "--durability memory"');
  });

  test("runs once for one idempotency key, and refuses another input under it", async () => {
    using project = createTestFolder();
    project.write("hello.o8.json", hello);
    const run = (...more: readonly string[]): Promise<CliRun> =>
      cli(["run", "hello.o8.json", "--idempotency-key", "k", ...more], { cwd: project.path });
    const first = await run();
    const again = await run();
    const idIn = ({ stdout }: CliRun): string => stdout.split(" ")[1] ?? "";
    expect([again.exitCode, idIn(again)]).toEqual([0, idIn(first)]);
    expect(again.stderr).toStartWith(`execution ${idIn(first)} was started before under this key\n1 done; `);
    expect((await run("--input", "a=1")).exitCode).toBe(7);
    expect(
      (await cli(["run", "hello.o8.json", "--idempotency-key", "two words"], { cwd: project.path })).exitCode,
    ).toBe(2);
  });
});

describe("commands on the journal of a live run", () => {
  test("a run under the key of one that was left takes it over, once", async () => {
    using project = createTestFolder();
    project.write("approval.o8.json", approval);
    const id = await leaveExecution(project.path, "approval.o8.json", { idempotencyKey: "k" });
    const start = () => {
      const context = new FakeContext({ cwd: project.path });
      return { context, exit: runCli(["run", "approval.o8.json", "--idempotency-key", "k"], context) };
    };
    const heir = start();
    await heir.context.said("goes on after");
    const late = start();
    await late.context.said(`execution ${id} was started before under this key`);
    await cli(["signal", id, "approve", '{"by":"Ada"}'], { cwd: project.path });
    expect([await heir.exit, await late.exit]).toEqual([0, 0]);
    expect([heir.context.out, late.context.out]).toEqual([0, 0].map(() => expect.stringContaining(`"by": "Ada"`)));
  });

  test("list and inspect see it wait, signal ends it", async () => {
    const { id, exit, context } = await waiting();
    const [listed] = (await json("list", "--status", "waiting"))["executions"] as readonly object[];
    expect(listed).toMatchObject({ executionId: id, status: "waiting", workflow: { id: "approval" }, isOwned: true });
    expect(await json("inspect", id)).toMatchObject({
      status: "waiting",
      steps: { hello: { status: "completed" }, approval: { status: "waiting", waitsFor: { signal: "approve" } } },
    });
    expect(await json("signal", id.slice(0, 13), "approve", '{"by":"Ada"}')).toEqual({
      executionId: id,
      signal: "approve",
      isOwned: true,
    });
    expect(await exit).toBe(0);
    expect(context.out).toEndWith('{\n  "by": "Ada"\n}\n');
  });

  test("signal takes its payload from stdin, and counts one signal id once", async () => {
    const { id, exit } = await waiting();
    for (const by of ["Ada", "Bob"]) {
      const sent = await cli(["signal", id, "approve", "-", "--signal-id", "t1"], { cwd, stdin: [`{"by":"${by}"}`] });
      expect(sent.stdout).toBe(`signal approve sent to execution ${id}\n`);
    }
    expect(await exit).toBe(0);
    const { entries } = await json("inspect", id, "--journal");
    expect(
      (entries as readonly { readonly type: string }[]).filter(({ type }) => type === "signal.received"),
    ).toHaveLength(1);
  });

  test("cancel ends it, for the reason given", async () => {
    const { id, exit, context } = await waiting();
    const { exitCode, stdout } = await cli(["cancel", "latest:waiting", "--reason", "not today"], { cwd });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `execution ${id} cancelled\n` });
    expect(await exit).toBe(3);
    expect(context.out).toStartWith(`execution ${id} cancelled in `);
    expect(await json("inspect", id)).toMatchObject({ status: "cancelled", reason: "not today" });
    expect((await cli(["cancel", id], { cwd })).exitCode).toBe(0);
  });

  test("cancel waits for a while, and leaves the rest to who runs it", async () => {
    const file = folder.writeModule(
      "stubborn.ts",
      `step("hang", { agent: agent("stubborn", () => new Promise((resolve) => (globalThis.letGo = resolve))), input: {} });`,
    );
    const running = new FakeContext({ cwd });
    const exit = runCli(["run", file, "--durability", "fast"], running);
    await running.said("hang started");
    const clock = new VirtualClock({ wall: Date.now() });
    const context = new FakeContext({ cwd, clock });
    const cancelled = runCli(["cancel", "latest:running"], context);
    while (!(await cli(["list"], { cwd })).stdout.includes("cancelling")) await Bun.sleep(5);
    await clock.advance(5_000);
    expect(await cancelled).toBe(0);
    expect(context.out).toMatch(/^execution \S+ cancelling\n$/);
    Reflect.get(globalThis, "letGo")();
    expect(await exit).toBe(3);
  });

  test("resume refuses what a living process runs", async () => {
    const { id, exit, context } = await waiting();
    expect(await cli(["resume", id], { cwd })).toMatchObject({ exitCode: 7, stdout: "" });
    context.send("SIGINT");
    expect(await exit).toBe(130);
  });
});

describe("commands on the journal of a finished run", () => {
  let id = "";
  beforeAll(async () => {
    const { stdout } = await cli(["run", failing, "--json", "--quiet"], { cwd });
    const view: { readonly executionId: string } = JSON.parse(stdout);
    id = view.executionId;
  });

  test("inspect reports it in full", async () => {
    const { stdout, exitCode } = await cli(["inspect", id], { cwd });
    const text = stdout
      .replaceAll(/\d+(?:\.\d)?m?s/g, "0s")
      .replaceAll(/\d{4}-\S+Z/g, "TIME")
      // The step takes nearly all of the time, or a little less.
      .replaceAll(/█{20,81} */g, "BAR ");
    expect(exitCode).toBe(0);
    expect(text).toBe(`execution ${id} failed in 0s
  workflow    test 1.0.0
  module      ${join(cwd, failing)}
  created     TIME, 0s ago

Steps
  ✗ bad  0s
    UNKNOWN: no luck

Timeline
  bad  BAR 0s

Error
  UNKNOWN: no luck
`);
  });

  test("inspect travels in time", async () => {
    const past = await cli(["inspect", id, "--at", "2"], { cwd });
    expect(past.stdout).toContain(`execution ${id} queued\n`);
    expect(past.stdout).toContain("entry       step.ready bad, 2 of ");
    expect(past.stdout).toContain("  ○ bad\n");
    expect(await json("inspect", id, "--at", "2")).toMatchObject({ sequence: 2, status: "queued" });
    for (const at of ["0", "x", "999"]) expect((await cli(["inspect", id, "--at", at], { cwd })).exitCode).toBe(2);
  });

  test("inspect shows one step, with its input and its events", async () => {
    expect(await json("inspect", id, "--step", "bad")).toMatchObject({
      executionId: id,
      stepId: "bad",
      status: "failed",
      input: { a: 1 },
      error: { code: "UNKNOWN" },
    });
    const { stdout } = await cli(["inspect", id, "--step", "bad"], { cwd });
    expect(stdout).toContain('Input\n  {\n    "a": 1\n  }\n');
    expect(stdout).toContain("attempt.failed");
    const { stderr, exitCode } = await cli(["inspect", id, "--step", "bda"], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toBe('error: Cannot find step "bda": the steps are "bad"\n  fix: use "--step bad"\n');
  });

  test("inspect --journal and export give every event", async () => {
    const { stdout } = await cli(["inspect", id, "--journal"], { cwd });
    const exported: { readonly entries: readonly { readonly type: string }[] } = JSON.parse(
      (await cli(["export", id], { cwd })).stdout,
    );
    const lines = (await cli(["export", id, "--format", "ndjson"], { cwd })).stdout.trimEnd().split("\n");
    expect(stdout.trimEnd().split("\n")).toHaveLength(exported.entries.length + 1);
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual(
      exported.entries.map((entry) => ({ executionId: id, ...entry })),
    );
    expect(await json("inspect", id, "--journal")).toEqual(exported);
  });

  test.each([
    [["resume"], "EXECUTION_ENDED"],
    [["cancel"], "EXECUTION_ENDED"],
    [["signal", "approve"], "EXECUTION_ENDED"],
  ])("%j says that it has ended, with exit code 7, as one JSON document", async ([name = "", ...more], code) => {
    const { exitCode, stdout, stderr } = await cli([name, id, ...more, "--json"], { cwd });
    expect({ exitCode, stderr, document: JSON.parse(stdout) }).toMatchObject({
      exitCode: 7,
      stderr: "",
      document: { error: { code } },
    });
  });

  test("rerun runs it again, from a step if it is told one", async () => {
    expect(await cli(["rerun", id, "--quiet"], { cwd })).toMatchObject({ exitCode: 1 });
    expect(await json("inspect", "latest")).toMatchObject({ forkOf: id, status: "failed" });
    const { stderr, exitCode } = await cli(["rerun", id, "--from", "bda"], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('the steps are "bad"\n  fix: use "--from bad"\n');
  });

  test("rerun takes over what completed before the step", async () => {
    const { id: first, exit } = await waiting();
    await cli(["signal", first, "approve", '{"by":"Ada"}'], { cwd });
    await exit;
    const { stderr, stdout } = await cli(["rerun", first, "--from", "bye"], { cwd });
    expect(stderr).toContain(`hello reused from ${first}\n`);
    expect(stdout).toEndWith('{\n  "by": "Ada"\n}\n');
  });
});

describe("orchestr8 list", () => {
  test("filters by status and workflow, and says what it does not know", async () => {
    using project = createTestFolder();
    project.write("hello.o8.json", hello);
    const run = (...argv: readonly string[]): Promise<CliRun> => cli(argv, { cwd: project.path });
    for (let count = 0; count < 3; count++) await run("run", "hello.o8.json", "--quiet", "--durability=fast");
    const count = async (...flags: readonly string[]): Promise<number> => {
      const document: { readonly executions: readonly unknown[] } = JSON.parse(
        (await run("list", "--json", ...flags)).stdout,
      );
      return document.executions.length;
    };
    expect(await count()).toBe(3);
    expect(await count("--limit", "2")).toBe(2);
    expect(await count("--status", "failed", "--status", "completed")).toBe(3);
    expect(await count("--status", "failed")).toBe(0);
    expect(await count("--workflow", "other")).toBe(0);
    expect((await run("list", "--workflow", "other")).stdout).toBe("No executions\n");
    expect((await run("list", "--status", "faild")).exitCode).toBe(2);
    expect((await run("list", "--limit", "0")).exitCode).toBe(2);
    const [head, row] = (await run("list")).stdout.split("\n");
    expect(head).toStartWith("EXECUTION ");
    expect(row).toMatch(/^[0-9a-f-]{36} {2}hello {5}completed {2}\ds {3}\d+ms$/);
  });
});

describe("orchestr8 gc", () => {
  test("removes what ended and only that, and can say so first", async () => {
    using project = createTestFolder();
    project.write("hello.o8.json", hello);
    const run = (...argv: readonly string[]): Promise<CliRun> => cli(argv, { cwd: project.path });
    for (let count = 0; count < 3; count++) await run("run", "hello.o8.json", "--quiet", "--durability=fast");
    const none = await run("gc");
    expect(none.stdout).toStartWith("Removed 0 executions and 0 values, ");
    expect(none.stderr).toContain("--older-than");
    expect((await run("gc", "--keep", "1", "--dry-run")).stdout).toStartWith("Would remove 2 executions");
    expect((await run("gc", "--older-than", "7d")).stdout).toStartWith("Removed 0 executions");
    const { stdout } = await run("gc", "--keep", "1", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ dryRun: false, executions: 2 });
    expect((await run("gc", "--older-than", "0d")).stdout).toStartWith("Removed 1 execution and");
    expect((await run("gc", "--older-than", "soon")).exitCode).toBe(2);
  });
});

describe("without a journal", () => {
  test.each([
    ["list"],
    ["inspect latest"],
    ["resume latest"],
    ["resume --all"],
    ["rerun latest"],
    ["cancel latest"],
    ["signal latest go"],
    ["export latest"],
    ["gc"],
  ])("%s says how to make one, and makes nothing", async (line) => {
    using project = createTestFolder();
    const { exitCode, stdout, stderr } = await cli(line.split(" "), { cwd: project.path });
    expect({ exitCode, stdout, files: readdirSync(project.path) }).toEqual({
      exitCode: 2,
      stdout: "",
      files: ["package.json"],
    });
    expect(stderr).toStartWith(
      `error: Cannot open the journal "${join(project.path, ".orchestr8/journal.db")}": there is none yet\n`,
    );
    expect(stderr).toContain('fix: start something with "orchestr8 run"');
  });
});
