import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cli } from "../fixtures/fake-context.ts";
import { createTestFolder } from "../fixtures/test-folder.ts";

const env = { npm_config_user_agent: "bun/1.4.5" };

describe("orchestr8 init", () => {
  test("starts a project, as create-orchestr8 does", async () => {
    using folder = createTestFolder();
    const { exitCode, stdout, stderr } = await cli(["init", "my-app"], { cwd: folder.path, env });
    expect(exitCode).toBe(0);
    expect(stdout.trim().split("\n")).toContain("my-app/agents/greeter.agent.ts");
    expect(stderr).toStartWith('project "my-app" created, 12 files\n\nNext:\n  cd my-app\n  bun install\n');
    expect(existsSync(join(folder.path, "my-app/.gitignore"))).toBe(true);
  });

  test("takes the current folder by default, and exits with 7 where that holds something", async () => {
    using folder = createTestFolder();
    const { exitCode, stdout } = await cli(["init", "--name", "my-app", "--json"], { cwd: folder.path });
    expect(exitCode).toBe(7);
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: "EXISTS",
        message: 'Cannot create project in ".": it holds "package.json"',
        fix: "name a folder that is new or empty",
      },
    });
  });
});

describe("orchestr8 create", () => {
  test("adds to the project that the current folder is in", async () => {
    using folder = createTestFolder();
    const cwd = join(folder.path, "deep/er");
    mkdirSync(cwd, { recursive: true });
    const { exitCode, stdout } = await cli(["create", "agent", "sum-up"], { cwd, env });
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: "../../agents/sum-up.agent.ts\n../../agents/sum-up.test.ts\n",
    });
    expect(readFileSync(join(folder.path, "agents/sum-up.agent.ts"), "utf8")).toContain("sumUpAgent");
  });

  test("creates what checks and runs", async () => {
    using folder = createTestFolder();
    await cli(["create", "workflow", "digest"], { cwd: folder.path });
    const run = ["run", "workflows/digest.o8.json", "--input", "text=Hello", "--durability", "memory", "--json"];
    const { exitCode, stdout } = await cli(run, { cwd: folder.path });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: "completed", output: { text: "Hello" } });
  });

  test("writes nothing in a dry run", async () => {
    using folder = createTestFolder();
    const { stderr } = await cli(["create", "agents-package", "@acme/tools", "--dry-run"], { cwd: folder.path });
    expect(stderr).toBe('agents package "@acme/tools" would be created, 9 files\n');
    expect(existsSync(join(folder.path, "tools"))).toBe(false);
  });

  test("says as one JSON document what it did, or would do", async () => {
    using folder = createTestFolder();
    const argv = ["create", "agent", "sum-up", "--json"];
    const create = async (...more: readonly string[]): Promise<unknown> =>
      JSON.parse((await cli([...argv, ...more], { cwd: folder.path, env })).stdout);
    const said = {
      kind: "agent",
      name: "sum-up",
      files: ["agents/sum-up.agent.ts", "agents/sum-up.test.ts"],
      next: ["bun test agents/sum-up.test.ts"],
    };
    expect(await create("--dry-run")).toMatchObject({ ...said, written: false });
    expect(await create()).toMatchObject({ ...said, written: true });
  });

  test.each([
    [["create", "wrkflow", "a"], 'it must be agent, workflow or agents-package\n  fix: use "workflow"\n'],
    [["create", "agent", "a", "--ts"], '"--ts": only a workflow can be in JSON'],
    [["create", "agent", "My Agent"], 'fix: use "my-agent"\n'],
    [["create", "agent", "../x"], "lower-case letters"],
    [["create", "agent"], "it needs <name>"],
  ])("refuses %j", async (argv, words) => {
    using folder = createTestFolder();
    const { exitCode, stdout, stderr } = await cli(argv, { cwd: folder.path });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(words);
  });
});
