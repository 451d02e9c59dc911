import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { VirtualClock } from "../lib/testing/virtual-clock.ts";
import { cli, FakeContext } from "./fixtures/fake-context.ts";
import { createTestFolder } from "./fixtures/test-folder.ts";
import { runCli } from "./run-cli.ts";

const folder = createTestFolder();
const cwd = folder.path;
afterAll(() => folder[Symbol.dispose]());

folder.write("inner.ts", '\nthrow new Error("on purpose");');

async function errorOf(file: string): Promise<unknown> {
  const { exitCode, stdout } = await cli(["run", file, "--json"], { cwd });
  const { error }: { readonly error: unknown } = JSON.parse(stdout);
  return { exitCode, error };
}

describe("loading a workflow", () => {
  test("runs a module with the agents it brings along, also when one of them is built in", async () => {
    const file = folder.write(
      "own.mts",
      `import { defineWorkflow } from ${JSON.stringify(`${import.meta.dir}/../dsl/define.ts`)};
      import { helloWorld } from ${JSON.stringify(`${import.meta.dir}/../lib/agents/hello-world.ts`)};
      export default defineWorkflow({ id: "own", version: "1.0.0", steps: ({ step }) => {
        return { said: step("hi", { agent: helloWorld, input: { message: "Hi" } }).output.result };
      } });`,
    );
    const { exitCode, stdout } = await cli(["run", file, "--json"], { cwd });
    expect({ exitCode, document: JSON.parse(stdout) }).toMatchObject({
      exitCode: 0,
      document: { output: { said: "Hi" } },
    });
  });

  test.each([
    ["empty.ts", "export {};", "it has no default export", "write export default defineWorkflow({ … })"],
    [
      "other.mjs",
      "export default { steps: [] };",
      "its default export is no workflow",
      "write export default defineWorkflow({ … })",
    ],
    [
      "almost.js",
      'export default { workflow: { kind: "step" }, agents: [] };',
      "its default export is no workflow",
      "write export default defineWorkflow({ … })",
    ],
    [
      "named.mjs",
      'export const greet = { workflow: { kind: "workflow" }, agents: [] };',
      "it has no default export",
      "write export default greet",
    ],
  ])("refuses a module that exports no workflow: %s", async (name, text, state, fix) => {
    expect(await errorOf(folder.write(name, text))).toEqual({
      exitCode: 4,
      error: { code: "INVALID_WORKFLOW", message: `Cannot load "${name}": ${state}`, fix },
    });
  });

  test.each([
    ["throws.ts", 'type Gone = string;\n\nthrow new Error("on purpose");', "on purpose, at throws.ts:3"],
    ["throws-text.ts", 'throw "on purpose";', "on purpose"],
    ["syntax.ts", "const a: number = 1;\nconst b = ;", "Unexpected ;, at syntax.ts:2:11"],
    ["outer.ts", 'import "./inner.ts";', "on purpose, at inner.ts:2"],
  ])("says what a module throws and where, with exit code 4: %s", async (name, text, message) => {
    expect(await errorOf(folder.write(name, text))).toEqual({
      exitCode: 4,
      error: { code: "INVALID_WORKFLOW", message: expect.stringContaining(`Cannot load "${name}": ${message}`) },
    });
  });

  test("names the line that called defineWorkflow() for what it refuses, not its own", async () => {
    const file = folder.writeModule(
      "twice.ts",
      'step("x", { agent: "@a/b", input: {} }); step("x", { agent: "@a/b", input: {} });',
    );
    expect(await errorOf(file)).toMatchObject({
      exitCode: 4,
      error: { message: expect.stringMatching(/another step has this id, at twice\.ts:6:\d+$/) },
    });
  });

  test.each([
    ["no-steps.mjs", 'export default { workflow: { kind: "workflow" }, agents: [] };'],
    ["no-agent.mjs", 'export default { workflow: { kind: "workflow" }, agents: [{ id: "bad" }] };'],
  ])("takes a half-made workflow for a mistake of the file, not for a defect: %s", async (name, text) => {
    expect(await errorOf(folder.write(name, text))).toMatchObject({ exitCode: 4, error: { code: "INVALID_WORKFLOW" } });
  });

  test("gives up on a module that is never loaded", async () => {
    const clock = new VirtualClock();
    const file = folder.write("endless.ts", "await new Promise(() => undefined);");
    const context = new FakeContext({ cwd, clock });
    const exit = runCli(["run", file], context);
    while (clock.pending === 0) await clock.advance(0);
    await clock.advance(30_000);
    expect(await exit).toBe(4);
    expect(context.err).toBe('error: Cannot load "endless.ts": its import takes longer than 30 s\n');
  });

  test("checks a module as it checks a file: an unknown agent is found before anything runs", async () => {
    const file = folder.writeModule("unknown.ts", 'step("x", { agent: "@test/nobody", input: {} });');
    expect(await errorOf(file)).toMatchObject({
      exitCode: 4,
      error: {
        code: "INVALID_WORKFLOW",
        diagnostics: [{ code: "AGENT_UNKNOWN", file: "unknown.ts", pointer: "/steps/0/agent/id" }],
      },
    });
  });

  test("suggests the file that was meant", async () => {
    folder.write("greeting.o8.json", "{}");
    expect(await errorOf("greetnig.o8.json")).toEqual({
      exitCode: 2,
      error: {
        code: "FILE",
        message: 'Cannot read "greetnig.o8.json": there is no such file',
        fix: 'use "greeting.o8.json"',
      },
    });
  });

  test("says so when the file is a folder", async () => {
    mkdirSync(join(cwd, "folder.o8.json"));
    expect(await errorOf("folder.o8.json")).toEqual({
      exitCode: 2,
      error: { code: "FILE", message: 'Cannot read "folder.o8.json": it is a folder' },
    });
  });
});
