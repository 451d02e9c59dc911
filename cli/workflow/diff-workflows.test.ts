import { afterAll, describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import { cli } from "../fixtures/fake-context.ts";
import { leaveExecution } from "../fixtures/left-execution.ts";
import { createTestFolder } from "../fixtures/test-folder.ts";
import { approval } from "../fixtures/workflows.ts";

const examples = resolve(import.meta.dir, "../../examples/hello-world");
const folder = createTestFolder();
const cwd = folder.path;
afterAll(() => folder[Symbol.dispose]());

const old = folder.write("old.o8.json", approval);
const edited = folder.write(
  "new.o8.json",
  approval
    .replace('"Approval"', '"Approval of a greeting"')
    .replace('"message":"Hello"', '"message":"Good \\u001b[31mday"')
    .replace('"dependencies":["hello"]', '"dependencies":[]'),
);

describe("orchestr8 diff", () => {
  test("finds two spellings of one workflow the same, with exit code 0", async () => {
    const files = [`${examples}/hello-world.o8.json`, `${examples}/hello-world.workflow.ts`];
    expect(await cli(["diff", ...files], { cwd })).toEqual({
      exitCode: 0,
      stdout: "the workflows mean the same\n",
      stderr: "",
    });
  });

  test("says what changed and whether running executions could take it, with exit code 1", async () => {
    expect(await cli(["diff", old, edited], { cwd })).toEqual({
      exitCode: 1,
      stdout: `~ metadata.name  "Approval" → "Approval of a greeting"
    safe: it is only shown
~ steps.hello.input.message  "Hello" → "Good \\u001b[31mday"
    not safe: a recorded output came from the old call
- steps.approval.dependencies  "hello"
    safe: a step that waited for more than it must has waited for enough
3 changes, 1 not safe for running executions
`,
      stderr: "",
    });
  });

  test("gives the same as one JSON document", async () => {
    const { exitCode, stdout } = await cli(["diff", old, edited, "--json"], { cwd });
    expect({ exitCode, document: JSON.parse(stdout) }).toEqual({
      exitCode: 1,
      document: {
        equal: false,
        safe: false,
        before: expect.stringMatching(/^[0-9a-f]{64}$/),
        after: expect.stringMatching(/^[0-9a-f]{64}$/),
        changes: [
          expect.objectContaining({ path: "metadata.name", kind: "changed", safe: true }),
          expect.objectContaining({ path: "steps.hello.input.message", kind: "changed", safe: false }),
          expect.objectContaining({
            path: "steps.approval.dependencies",
            kind: "removed",
            before: "hello",
            safe: true,
          }),
        ],
      },
    });
  });

  test("compares with what an execution runs", async () => {
    const id = await leaveExecution(cwd, old);
    expect(await cli(["diff", id, old], { cwd })).toMatchObject({ exitCode: 0 });
    expect(await cli(["diff", "latest", edited], { cwd })).toMatchObject({ exitCode: 1 });
    const { exitCode, stderr } = await cli(["diff", "nobody", edited], { cwd });
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("Cannot find execution"),
    });
  });

  test("compares nothing with a file that has errors", async () => {
    const broken = folder.write("broken.o8.json", "{}");
    const { exitCode, stdout, stderr } = await cli(["diff", old, broken], { cwd });
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: "" });
    expect(stderr).toContain('error: Cannot compare "broken.o8.json": it has ');
  });
});
