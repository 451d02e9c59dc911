import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { VirtualClock } from "../lib/testing/virtual-clock.ts";
import { cli, FakeContext } from "./fixtures/fake-context.ts";
import { createTestFolder } from "./fixtures/test-folder.ts";
import { runCli } from "./run-cli.ts";

const slice = resolve(import.meta.dir, "../examples/slice/vertical-slice.o8.json");
const hello = resolve(import.meta.dir, "../examples/hello-world/hello-world.o8.json");
const folder = createTestFolder();
const cwd = folder.path;
afterAll(() => folder[Symbol.dispose]());

const uuid = "[0-9a-f]{8}-[0-9a-f-]{27}";

async function outputOf(argv: readonly string[], stdin: readonly string[] = []): Promise<unknown> {
  const { exitCode, stdout } = await cli([...argv, "--json", "--quiet"], { cwd, stdin });
  const document: { readonly output?: unknown; readonly error?: unknown } = JSON.parse(stdout);
  return exitCode === 0 ? document.output : { exitCode, error: document.error };
}

describe("orchestr8 run", () => {
  test("fills in the defaults of the workflow's input schema", async () => {
    const user = { type: "object", default: {}, properties: { lang: { default: "en" } } };
    const file = folder.write(
      "defaults.o8.json",
      JSON.stringify({
        version: "1.0.0",
        metadata: { id: "defaults", name: "Defaults" },
        input: { type: "object", properties: { user, topic: { type: "string" } }, required: ["user", "topic"] },
        steps: [{ id: "say", agent: { id: "@orchestr8/hello-world" }, input: { message: "${input.user.lang}" } }],
        output: "${input}",
      }),
    );
    const expected = { user: { lang: "en" }, topic: "tides" };
    expect(await outputOf(["run", file, "--input", "topic=tides"])).toEqual(expected);
    expect(await outputOf(["run", file, "-"], ['{ "topic": "tides" }'])).toEqual(expected);
  });

  test("runs the slice and prints the execution's id and output on stdout, its progress on stderr (R14)", async () => {
    const { exitCode, stdout, stderr } = await cli(["run", slice], { cwd });
    expect(exitCode).toBe(0);
    const result = JSON.stringify(
      { step1: { result: "Hello from step 1" }, step2: { result: "Hello from step 1" } },
      null,
      2,
    );
    expect(stdout).toMatch(new RegExp(`^execution ${uuid} completed in \\d+ms\\n`));
    expect(stdout.slice(stdout.indexOf("\n") + 1)).toBe(`${result}\n`);
    expect(stderr.replaceAll(/\d+ms/g, "0ms").replace(new RegExp(uuid), "ID")).toBe(
      "execution ID started\nstep1 started\nstep1 completed in 0ms\nstep2 started\nstep2 completed in 0ms\n2 done; 2 attempts in 0ms\n",
    );
  });

  test("prints exactly one JSON document: the execution's view", async () => {
    const { stdout, exitCode } = await cli(["run", slice, "--output", "json"], { cwd });
    const step = {
      status: "completed",
      agent: "@orchestr8/hello-world",
      attempts: 1,
      startedMs: expect.any(Number),
      durationMs: expect.any(Number),
      output: { result: "Hello from step 1" },
    };
    expect({ exitCode, document: JSON.parse(stdout) }).toEqual({
      exitCode: 0,
      document: {
        executionId: expect.stringMatching(new RegExp(uuid)),
        correlationId: expect.stringMatching(new RegExp(uuid)),
        status: "completed",
        workflow: {
          id: "vs-test-workflow",
          name: "Vertical Slice Test",
          version: "1.0.0",
          hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
        createdAt: expect.any(String),
        startedAt: expect.any(String),
        endedAt: expect.any(String),
        durationMs: expect.any(Number),
        sequence: expect.any(Number),
        progress: { total: 2, settled: 2, running: 0 },
        input: {},
        steps: { step1: { ...step, name: "Hello Step" }, step2: { ...step, name: "Echo Step" } },
        output: { step1: { result: "Hello from step 1" }, step2: { result: "Hello from step 1" } },
      },
    });
  });

  const echo = folder.writeModule(
    "echo.ts",
    `step("echo", { agent: agent("echo", (value) => value), input: { value: input } }); return step("last", { agent: agent("last", (value) => value), input: { value: input } }).output.value;`,
  );

  test.each([
    [["--input", "name=Ada"], { name: "Ada" }],
    [["--input", "n=1", "--input", "list=[1,2]", "--input=flag=true"], { n: 1, list: [1, 2], flag: true }],
    [["--input", 'text="1"', "--input", "empty=", "--input", "a=b=c"], { text: "1", empty: "", a: "b=c" }],
    [["--input", "id=12345678901234567890"], { id: "12345678901234567890" }],
    [[], {}],
  ])("reads values as JSON where they are JSON without loss, and else as text: %j", async (flags, input) => {
    expect(await outputOf(["run", echo, ...flags])).toEqual(input);
  });

  test("reads the input from a file, and from stdin in any pieces; single values win", async () => {
    const file = folder.write("input.json", '{ "name": "Ada", "n": 1 }');
    expect(await outputOf(["run", echo, "--input-file", file, "--input", "n=2"])).toEqual({ name: "Ada", n: 2 });
    expect(await outputOf(["run", echo, "-"], ['{"na', 'me":', '"Bo"}'])).toEqual({ name: "Bo" });
  });

  test.each([[""], ["{"], ['{"a":1,"a":2}'], ['{"__proto__":{}}'], ["[1e999]"]])(
    "refuses stdin that is no sound JSON: %s",
    async (text) => {
      const { exitCode, stdout, stderr } = await cli(["run", echo, "-"], { cwd, stdin: [text] });
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
      expect(stderr).toStartWith("error: Cannot read the input from stdin: ");
    },
  );

  test("stops reading a stdin that never ends", async () => {
    let read = 0;
    async function* endless(): AsyncGenerator<string> {
      for (;;) {
        read++;
        yield "[".repeat(100_000);
      }
    }
    const context = new FakeContext({ cwd });
    const exitCode = await runCli(["run", echo, "-"], Object.assign(context, { stdin: endless() }));
    expect({ exitCode, read }).toEqual({ exitCode: 2, read: 11 });
  });

  test("refuses an input that does not fit the workflow's schema", async () => {
    expect(await outputOf(["run", hello, "--input", "name=1"])).toEqual({
      exitCode: 2,
      error: {
        code: "VALIDATION",
        message: 'Cannot run workflow "hello-world": its input at "/name" does not fit its schema: must be a string',
        issues: [{ pointer: "/name", message: "must be a string" }],
      },
    });
  });

  test("shows a failed run in full, with exit code 1", async () => {
    const file = folder.writeModule(
      "failing.ts",
      `step("bad", { agent: agent("bad", () => { throw new TypeError("no \\u001b[31mluck") }), input: {} });`,
    );
    const human = await cli(["run", file, "--quiet"], { cwd });
    expect(human.exitCode).toBe(1);
    expect(human.stdout).toMatch(new RegExp(`^execution ${uuid} failed in \\d+ms\\n$`));
    expect(human.stderr).toBe("error: UNKNOWN: no luck\n");
    const json = await cli(["run", file, "--json", "--verbose"], { cwd });
    expect(JSON.parse(json.stdout)).toMatchObject({
      status: "failed",
      error: { code: "UNKNOWN", message: "no \u001B[31mluck" },
      steps: { bad: { status: "failed", attempts: 1 } },
    });
  });

  test("logs one JSON object a line and nothing else with --verbose", async () => {
    const { stderr } = await cli(["run", slice, "--verbose"], { cwd });
    const lines = stderr
      .trimEnd()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(lines).toContainEqual(
      expect.objectContaining({ level: "debug", message: "step completed", stepId: "step1" }),
    );
  });

  test("says nothing but the result with --quiet", async () => {
    expect(await cli(["run", slice, "--quiet"], { cwd })).toMatchObject({ exitCode: 0, stderr: "" });
  });

  test("writes the journal, also of a failed run (R9)", async () => {
    const { stdout } = await cli(["run", slice, "--json", "--journal", "journal.json"], { cwd });
    const { executionId, sequence }: { readonly executionId: string; readonly sequence: number } = JSON.parse(stdout);
    const journal: { readonly entries: readonly { readonly type: string }[] } = JSON.parse(
      readFileSync(join(cwd, "journal.json"), "utf8"),
    );
    expect(journal).toMatchObject({ version: 1, executionId });
    expect(journal.entries).toHaveLength(sequence);
    expect(journal.entries.at(-1)?.type).toBe("execution.completed");
  });

  test("shows the result although its journal cannot be written, and says so", async () => {
    mkdirSync(join(cwd, "taken"));
    const { exitCode, stdout, stderr } = await cli(["run", slice, "--json", "--verbose", "--journal", "taken"], {
      cwd,
    });
    expect({ exitCode, document: JSON.parse(stdout) }).toMatchObject({
      exitCode: 2,
      document: { status: "completed" },
    });
    expect(stderr).toEndWith('error: Cannot write the journal to "taken": EISDIR\n');
  });

  const slow = folder.writeModule("slow.ts", `step("wait", { agent: slow, input: {} });`);

  test.each([
    ["SIGINT", 130, "Ctrl-C"],
    ["SIGTERM", 143, "SIGTERM"],
  ] as const)("cancels in good order at %s, says so, and exits with %d", async (signal, code, reason) => {
    const context = new FakeContext({ cwd });
    const exit = runCli(["run", slow, "--json"], context);
    await context.said("wait started");
    context.send(signal);
    const exitCode = await exit;
    const document: unknown = JSON.parse(context.out);
    expect({ exitCode, document }).toMatchObject({
      exitCode: code,
      document: { status: "cancelled", reason, steps: { wait: { status: "cancelled", forced: false } } },
    });
    expect(context.err).toContain("Cancelling: running steps may stop by themselves; Ctrl-C again exits at once\n");
    expect(context.isListening).toBe(false);
  });

  test("cancels after --timeout and exits with 5", async () => {
    const clock = new VirtualClock();
    const context = new FakeContext({ cwd, clock });
    const exit = runCli(["run", slow, "--timeout", "10s"], context);
    while (!context.err.includes("wait started")) await clock.advance(0);
    await clock.advance(9_999);
    expect(context.err).not.toContain("Cancelling");
    await clock.advance(1);
    while (context.out === "") await clock.advance(0);
    expect(await exit).toBe(5);
    expect(context.err).toContain("Cancelling after 10.0s: ");
    expect(context.out).toMatch(new RegExp(`^execution ${uuid} cancelled in 10.0s\\n$`));
    expect(clock.pending).toBe(0);
  });

  test("draws the steps in place on a terminal, and leaves the last picture", async () => {
    const context = new FakeContext({ cwd, columns: 60, env: { NO_COLOR: "1" } });
    expect(await runCli(["run", slice], context)).toBe(0);
    const last = context.err.slice(context.err.lastIndexOf("Vertical Slice Test"));
    expect(last.replaceAll(/\d+ms/g, "0ms").split("\n").slice(0, 4)).toEqual([
      "Vertical Slice Test completed, 2/2 steps, 0ms",
      "  ✓ step1 Hello Step  0ms",
      "  ✓ step2 Echo Step  0ms",
      "2 done; 2 attempts in 0ms",
    ]);
    expect(context.err).not.toContain("step1 started");
  });

  test("names the workflow of a child before what happens in it", async () => {
    const file = folder.writeModule(
      "parent.ts",
      `const child = defineWorkflow({ id: "child", version: "1.0.0", steps: ({ step }) => { step("inner", { agent: agent("e", () => 1), input: {} }); } });
       step("outer", { workflow: child, input: {} });`,
    );
    const { exitCode, stderr } = await cli(["run", file], { cwd });
    expect(exitCode).toBe(0);
    expect(stderr.replaceAll(/\d+ms/g, "0ms").split("\n").slice(1, -1)).toEqual([
      "outer started",
      "child: inner started",
      "child: inner completed in 0ms",
      "outer completed in 0ms",
      "1 done; 1 attempt in 0ms",
    ]);
  });

  test("takes over what an earlier run gave with --reuse, and says so", async () => {
    const file = folder.writeModule(
      "reuse.ts",
      `step("once", { agent: agent("once", (input) => input), input: { at: input.at } });`,
    );
    const first = await cli(["run", file, "--input", "at=1", "--json", "--quiet"], { cwd });
    const { executionId }: { readonly executionId: string } = JSON.parse(first.stdout);
    const again = await cli(["run", file, "--input", "at=1", "--reuse"], { cwd });
    expect(again.stderr).toContain(`once reused from ${executionId}\n`);
    expect((await cli(["run", file, "--input", "at=2", "--reuse"], { cwd })).stderr).not.toContain("reused");
  });

  test("keeps a notice above what it draws", async () => {
    const context = new FakeContext({ cwd, columns: 100, env: { NO_COLOR: "1" } });
    const exit = runCli(["run", slow], context);
    await context.said("wait");
    context.send("SIGINT");
    expect(await exit).toBe(130);
    expect(context.err).toMatch(/Cancelling: [^\n]+\n[^\n]*test cancell/);
  });
});
