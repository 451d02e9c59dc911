import { describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { cli } from "../fixtures/fake-context.ts";
import { createTestFolder } from "../fixtures/test-folder.ts";
import { hello } from "../fixtures/workflows.ts";

describe("orchestr8 completions", () => {
  test("prints a script for a shell", async () => {
    for (const shell of ["bash", "zsh", "fish"]) {
      expect(await cli(["completions", shell])).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining("orchestr8"),
      });
    }
  });

  test("suggests the shell that was meant", async () => {
    const { exitCode, stderr } = await cli(["completions", "bsh"]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('fix: write "bash"')]);
  });

  test("completes the files of the folder, folders included", async () => {
    using folder = createTestFolder();
    folder.write("hello.o8.json", hello);
    mkdirSync(join(folder.path, "flows"));
    mkdirSync(join(folder.path, "node_modules"));
    const { stdout } = await cli(["completions", "fish", "--", "run", ""], { cwd: folder.path });
    expect(stdout.split("\n")).toEqual(expect.arrayContaining(["hello.o8.json", "flows/"]));
    expect(stdout).not.toContain("node_modules");
  });

  test("completes executions, or what stands for them where there are none", async () => {
    using folder = createTestFolder();
    const words = ["completions", "bash", "--", "inspect", ""];
    expect((await cli(words, { cwd: folder.path })).stdout).toContain("latest\tthe newest one");
    folder.write("hello.o8.json", hello);
    await cli(["run", "hello.o8.json", "--quiet"], { cwd: folder.path });
    expect((await cli(words, { cwd: folder.path })).stdout).toMatch(/hello completed, .* ago/);
  });
});
