import { afterAll, describe, expect, test } from "bun:test";
import { rejectionOf } from "../lib/testing/rejection-of.ts";
import { cli, FakeContext } from "./fixtures/fake-context.ts";
import { createTestFolder } from "./fixtures/test-folder.ts";
import { runTests } from "./run-tests.ts";

const folder = createTestFolder();
const cwd = folder.path;
afterAll(() => folder[Symbol.dispose]());
const { env } = process;
folder.write("good.test.ts", 'import { test } from "bun:test";\ntest("works", () => undefined);\n');
folder.write("bad.test.ts", 'import { test } from "bun:test";\ntest("breaks", () => { throw new Error("broken") });\n');

describe("orchestr8 test", () => {
  test("runs the tests that are named, and passes on the exit code", async () => {
    expect(await cli(["test", "good"], { cwd, env })).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("1 pass"),
    });
    expect(await cli(["test", "bad.test.ts"], { cwd, env })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("broken"),
    });
    expect((await cli(["test"], { cwd, env })).stderr).toContain("Ran 2 tests across 2 files");
  });

  test("passes on the arguments of bun test", async () => {
    const { stderr, exitCode } = await cli(["test", "-t", "works", "--rerun-each=3"], { cwd, env });
    expect(stderr).toContain(" 3 pass");
    expect(exitCode).toBe(0);
  });

  test("says how to install Bun, where it is not", async () => {
    const context = new FakeContext({ cwd, env: { PATH: "/nowhere" } });
    expect(await rejectionOf(runTests([], context, false))).toMatchObject({
      code: "USAGE",
      message: "Cannot run the tests: they run under Bun, which is not installed",
      fix: 'install it with "npm install --save-dev bun", or see https://bun.sh',
    });
  });
});
