import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "../../lib/engine/engine.ts";
import { cli, FakeContext } from "../fixtures/fake-context.ts";
import { leaveExecution } from "../fixtures/left-execution.ts";
import { createTestFolder, type TestFolder } from "../fixtures/test-folder.ts";
import { approval } from "../fixtures/workflows.ts";
import { runCli } from "../run-cli.ts";

/** A module whose steps leave a trace: `first`, then a wait, then `second`; `undo` undoes the first. */
function writeTracing(folder: TestFolder, name = "tracing.ts"): string {
  const trace = JSON.stringify(join(folder.path, "trace.txt"));
  return folder.writeModule(
    name,
    `const trace = (id) => agent(id, async (input) => {
       (await import("node:fs")).appendFileSync(${trace}, id + "\\n");
       return input;
     });
     const first = step("first", { agent: trace("first"), input: { n: 1 }, compensate: { agent: trace("undo"), input: {} } });
     const go = wait("go", { signal: "go", after: [first] });
     return { got: step("second", { agent: trace("second"), input: { got: go.output } }).output.got };`,
  );
}

function traceOf({ path }: TestFolder): string {
  const file = join(path, "trace.txt");
  return existsSync(file) ? readFileSync(file, "utf8").trim().replaceAll("\n", " ") : "";
}

describe("orchestr8 resume", () => {
  test("goes on with a JSON workflow, and gives it the signals that came meanwhile", async () => {
    using folder = createTestFolder();
    const cwd = folder.path;
    folder.write("approval.o8.json", approval);
    const id = await leaveExecution(cwd, "approval.o8.json");
    expect((await cli(["list"], { cwd })).stdout).toContain("no process runs it");
    expect((await cli(["inspect", id], { cwd })).stdout).toContain(`"orchestr8 resume ${id}" goes on with it`);
    const sent = await cli(["signal", id, "approve", '{"by":"Ada"}'], { cwd });
    expect(sent.stderr).toBe(`No process runs it: it has the signal when "orchestr8 resume ${id}" goes on\n`);
    const { exitCode, stdout, stderr } = await cli(["resume", "latest"], { cwd });
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('"by": "Ada"') });
    expect(stderr).toMatch(new RegExp(`^execution ${id} resumed\ngoes on after \\S+ without a process\n`));
  });

  test("loads a module's agents again, and keeps what its steps have done", async () => {
    using folder = createTestFolder();
    const cwd = folder.path;
    const id = await leaveExecution(cwd, writeTracing(folder));
    await cli(["signal", id, "go", "7"], { cwd });
    const { exitCode, stdout } = await cli(["resume", id, "--json", "--quiet"], { cwd });
    expect({ exitCode, document: JSON.parse(stdout) }).toMatchObject({ exitCode: 0, document: { output: { got: 7 } } });
    expect(traceOf(folder)).toBe("first second");
  });

  test("says so when the module is gone", async () => {
    using folder = createTestFolder();
    const cwd = folder.path;
    const file = writeTracing(folder);
    const id = await leaveExecution(cwd, file);
    rmSync(join(cwd, file));
    const { exitCode, stderr } = await cli(["resume", id], { cwd });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: `error: Cannot read "${join(cwd, file)}": there is no such file\n`,
    });
  });

  test("cancels at Ctrl-C, as run does", async () => {
    using folder = createTestFolder();
    const cwd = folder.path;
    folder.write("approval.o8.json", approval);
    const id = await leaveExecution(cwd, "approval.o8.json");
    const context = new FakeContext({ cwd });
    const exit = runCli(["resume", id], context);
    await context.said("resumed");
    context.send("SIGINT");
    expect(await exit).toBe(130);
    expect(context.out).toStartWith(`execution ${id} cancelled`);
  });

  test("--all goes on with everything, whatever file it came from, and says what became of each", async () => {
    using folder = createTestFolder();
    const cwd = folder.path;
    folder.write("approval.o8.json", approval);
    const gone = writeTracing(folder, "gone.ts");
    const left = await leaveExecution(cwd, gone);
    rmSync(join(cwd, gone));
    const ofModule = await leaveExecution(cwd, writeTracing(folder));
    const ofFile = await leaveExecution(cwd, "approval.o8.json");
    await cli(["signal", ofModule, "go", "7"], { cwd });
    await cli(["signal", ofFile, "approve", '{"by":"Ada"}'], { cwd });
    const { exitCode, stdout } = await cli(["resume", "--all", "--json"], { cwd });
    const document: { readonly executions: readonly { readonly executionId: string }[] } = JSON.parse(stdout);
    const byId = document.executions.toSorted((a, b) => (a.executionId < b.executionId ? -1 : 1));
    const expected = [
      { executionId: left, status: "left", error: expect.objectContaining({ code: "FILE" }) },
      { executionId: ofModule, status: "completed" },
      { executionId: ofFile, status: "completed" },
    ].toSorted((a, b) => (a.executionId < b.executionId ? -1 : 1));
    expect({ exitCode, byId }).toEqual({ exitCode: 2, byId: expected });
  });

  test("--all leaves what still waits at Ctrl-C, to be resumed again", async () => {
    using folder = createTestFolder();
    const cwd = folder.path;
    folder.write("approval.o8.json", approval);
    const id = await leaveExecution(cwd, "approval.o8.json");
    const context = new FakeContext({ cwd });
    const exit = runCli(["resume", "--all"], context);
    while (!(await cli(["list", "--json"], { cwd })).stdout.includes('"isOwned": true')) await Bun.sleep(5);
    context.send("SIGINT");
    expect(await exit).toBe(130);
    expect(context.out).toBe(`execution ${id} left as it is\n`);
    expect((await cli(["list"], { cwd })).stdout).toContain("no process runs it");
  });

  test.each([
    ["resume", "Cannot resume: it needs <id> or --all"],
    ["resume latest --all", 'Cannot use "--all" with an id'],
    ["resume --all --timeout 1s", 'Cannot use "--timeout" with "--all"'],
  ])("refuses %s", async (line, message) => {
    const { exitCode, stderr } = await cli(line.split(" "));
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });

  test("has nothing to do when nothing is left", async () => {
    using folder = createTestFolder();
    const cwd = folder.path;
    folder.write("approval.o8.json", approval);
    await leaveExecution(cwd, "approval.o8.json");
    await cli(["cancel", "latest"], { cwd });
    expect(await cli(["resume", "--all"], { cwd })).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "Nothing is left to be resumed\n",
    });
  });
});

describe("orchestr8 cancel", () => {
  test("ends what nobody runs, without loading its module", async () => {
    using folder = createTestFolder();
    const cwd = folder.path;
    const file = folder.writeModule("plain.ts", `wait("go", { signal: "go" });`);
    const id = await leaveExecution(cwd, file);
    rmSync(join(cwd, file));
    const { exitCode, stdout } = await cli(["cancel", id, "--reason", "gone"], { cwd });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `execution ${id} cancelled\n` });
    expect(JSON.parse((await cli(["inspect", id, "--json"], { cwd })).stdout)).toMatchObject({
      status: "cancelled",
      reason: "gone",
      steps: { go: { status: "cancelled" } },
    });
  });

  test("ends what nobody runs with all of its children", async () => {
    using folder = createTestFolder();
    const cwd = folder.path;
    const file = folder.writeModule(
      "parent.ts",
      `const child = defineWorkflow({ id: "child", version: "1.0.0", steps: ({ wait }) => { wait("go", { signal: "go" }); } });
       step("child", { workflow: child, input: {} });
       step("busy", { agent: slow, input: { secret: 1 } });`,
    );
    const hasChild = async (_: unknown, { journal }: Engine): Promise<boolean> =>
      (await journal.list({ children: true, status: ["waiting"] })).length === 1;
    const id = await leaveExecution(cwd, file, { until: hasChild });
    rmSync(join(cwd, file));
    expect(await cli(["cancel", id], { cwd })).toMatchObject({ exitCode: 0, stdout: `execution ${id} cancelled\n` });
    const { executions }: { readonly executions: readonly { readonly status: string }[] } = JSON.parse(
      (await cli(["list", "--all", "--json"], { cwd })).stdout,
    );
    expect(executions.map(({ status }) => status)).toEqual(["cancelled", "cancelled"]);
  });

  test("ends what nobody runs while a child calls an agent and another child has never started", async () => {
    using folder = createTestFolder();
    const cwd = folder.path;
    const file = folder.writeModule(
      "parent.ts",
      `const child = defineWorkflow({ id: "child", version: "1.0.0", steps: ({ step }) => { step("a", { agent: slow, input: {} }); } });
       const later = defineWorkflow({ id: "later", version: "1.0.0", steps: ({ wait }) => { wait("go", { signal: "go" }); } });
       const first = step("first", { workflow: child, input: {} });
       step("second", { workflow: later, input: { first: first.output } });`,
    );
    const hasCalled = async (_: unknown, { journal }: Engine): Promise<boolean> => {
      const child = (await journal.list({ children: true })).find(({ parentId }) => parentId !== undefined);
      const entries = child === undefined ? [] : await journal.read(child.executionId);
      return entries.some(({ event }) => event.type === "attempt.started");
    };
    const id = await leaveExecution(cwd, file, { until: hasCalled });
    rmSync(join(cwd, file));
    expect(await cli(["cancel", id], { cwd })).toMatchObject({ exitCode: 0, stdout: `execution ${id} cancelled\n` });
    const { executions }: { readonly executions: readonly { readonly status: string }[] } = JSON.parse(
      (await cli(["list", "--all", "--json"], { cwd })).stdout,
    );
    expect(executions.map(({ status }) => status)).toEqual(["cancelled", "cancelled"]);
  });

  test("leaves what it cannot undo, since its module is gone", async () => {
    using folder = createTestFolder();
    const cwd = folder.path;
    const file = writeTracing(folder);
    const id = await leaveExecution(cwd, file);
    rmSync(join(cwd, file));
    expect(await cli(["cancel", id], { cwd })).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: `error: Cannot read "${join(cwd, file)}": there is no such file\n`,
    });
    expect(traceOf(folder)).toBe("first");
    // The request is kept: whoever goes on with the module heeds it.
    writeTracing(folder);
    expect(await cli(["resume", id], { cwd })).toMatchObject({ exitCode: 3 });
    expect(traceOf(folder)).toBe("first undo");
  });

  test("undoes completed steps with the agents of their module", async () => {
    using folder = createTestFolder();
    const cwd = folder.path;
    const id = await leaveExecution(cwd, writeTracing(folder));
    expect(await cli(["cancel", id, "--json"], { cwd })).toMatchObject({ exitCode: 0 });
    expect(traceOf(folder)).toBe("first undo");
  });
});
