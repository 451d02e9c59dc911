import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { cli } from "../fixtures/fake-context.ts";
import { createTestFolder } from "../fixtures/test-folder.ts";
import { hello } from "../fixtures/workflows.ts";

const root = resolve(import.meta.dir, "../..");
/** A folder with a run of "hello.o8.json" in its journal. */
async function project() {
  const folder = createTestFolder();
  const cwd = folder.path;
  const paths = { "orchestr8/testing": [join(root, "testing/index.ts")] };
  folder.write("tsconfig.json", JSON.stringify({ compilerOptions: { paths } }));
  folder.write("hello.o8.json", hello);
  const o8 = async (...argv: readonly string[]) => await cli(argv, { cwd, env: process.env });
  await o8("run", "hello.o8.json", "--durability", "fast");
  const read = (name: string): string => readFileSync(join(cwd, name), "utf8");
  return { ...folder, o8, read };
}

const login = `const login = { ...agent("login", () => ({ session: "session-of-Ada" })),
  output: { type: "object", properties: { session: { type: "string", "x-sensitive": true } } } };
const { output } = step("login", { agent: login, input: {} });
step("use", { agent: agent("use", (input) => ({ seen: input.session })), input: { session: output.session } });`;

describe("orchestr8 replay --to-test", () => {
  test("writes a test that passes, and fails when the workflow behaves in another way", async () => {
    using folder = await project();
    const { stdout, exitCode } = await folder.o8("replay", "latest", "--to-test", "hello.test.ts");
    expect(stdout).toEndWith("wrote hello.test.ts\nwrote hello.recording.json\n");
    expect(exitCode).toBe(0);
    const same = await folder.o8("test", "hello.test.ts");
    expect(same).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(" 1 pass") });
    folder.write("hello.o8.json", hello.replace('"Hi"', '"Goodbye"'));
    const changed = await folder.o8("test", "hello.test.ts");
    expect(changed.exitCode).toBe(1);
    expect(changed.stderr).toContain('input.message was "Hi" and is "Goodbye"');
  });

  test("overwrites nothing, unless it is told to", async () => {
    using folder = await project();
    folder.write("kept.test.ts", "// mine");
    const refused = await folder.o8("replay", "latest", "--to-test", "kept.test.ts");
    const why = '"kept.test.ts": there is such a file already';
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining(why)]);
    expect(folder.read("kept.test.ts")).toBe("// mine");
    expect((await folder.o8("replay", "latest", "--to-test", "kept.test.ts", "--force")).exitCode).toBe(0);
    expect(folder.read("kept.test.ts")).toContain("replay(recording");
    const named = await folder.o8("replay", "latest", "--to-test", "kept.ts");
    expect([named.exitCode, named.stderr]).toEqual([2, expect.stringContaining("a test file ends in .test.ts")]);
  });

  test("keeps nothing sensitive, and tests the module that the execution was started from", async () => {
    using folder = await project();
    folder.writeModule("login.ts", login);
    await folder.o8("run", "login.ts", "--durability", "fast");
    const written = await folder.o8("replay", "latest", "--to-test", "login.test.ts", "--json");
    expect(JSON.parse(written.stdout)).toMatchObject({
      isSame: true,
      files: ["login.test.ts", "login.recording.json"],
    });
    expect(folder.read("login.recording.json")).not.toContain("session-of-Ada");
    expect(folder.read("login.test.ts")).toContain('import workflow from "./login.ts";');
    expect((await folder.o8("test", "login.test.ts")).exitCode).toBe(0);
  });

  test("takes a recording, and says when it needs the workflow's file", async () => {
    using folder = await project();
    folder.writeModule("login.ts", login);
    await folder.o8("run", "login.ts", "--durability", "fast");
    await folder.o8("replay", "latest", "--save", "whole.recording.json");
    const argv = ["replay", "whole.recording.json", "--to-test", "x.test.ts"];
    const { exitCode, stderr } = await folder.o8(...argv);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("no .o8.json file here holds it")]);
    expect((await folder.o8(...argv, "--workflow", "login.ts")).exitCode).toBe(0);
    expect(folder.read("x.recording.json")).not.toContain("session-of-Ada");
    expect((await folder.o8("test", "x.test.ts")).exitCode).toBe(0);
  });
});
