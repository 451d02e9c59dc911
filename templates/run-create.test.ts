import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { temporaryFolder } from "./fixtures/temporary-folder.ts";
import { runCreate } from "./run-create.ts";
import { version } from "./version.ts";

function create(argv: readonly string[], cwd: string, userAgent = "bun/1.4.5") {
  let stdout = "";
  let stderr = "";
  const exitCode = runCreate(argv, {
    cwd,
    env: { npm_config_user_agent: userAgent },
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { exitCode, stdout, stderr };
}

describe("runCreate()", () => {
  test("creates a project, lists its files and says what to type", () => {
    using place = temporaryFolder();
    const { exitCode, stdout, stderr } = create(["my-app"], place.path);
    expect(exitCode).toBe(0);
    expect(stdout.trim().split("\n")).toContain("my-app/workflows/hello.o8.json");
    expect(stderr).toBe(`project "my-app" created, 12 files

Next:
  cd my-app
  bun install
  bunx orchestr8 run hello --input name=Ada
  bun test
`);
  });

  test("speaks to those who use npm in npm's words", () => {
    using place = temporaryFolder();
    const { stderr } = create(["my-app"], place.path, "npm/11.0.0 node/v20.0.0 linux x64");
    expect(stderr).toEndWith(`  npm install
  npx orchestr8 run hello --input name=Ada
  npx bun test
`);
  });

  test("writes nothing in a dry run", () => {
    using place = temporaryFolder();
    expect(create(["my-app", "--dry-run"], place.path)).toMatchObject({
      exitCode: 0,
      stderr: 'project "my-app" would be created, 12 files\n',
    });
    expect(place.contents()).toEqual({});
  });

  test("reports as one JSON document", () => {
    using place = temporaryFolder();
    const { stdout, stderr } = create([".", "--name", "my-app", "--json"], place.path);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({
      kind: "project",
      name: "my-app",
      folder: place.path,
      written: true,
      next: ["bun install", expect.any(String), "bun test"],
    });
    expect(JSON.parse(stdout).files).toHaveLength(12);
  });

  test("fails as one JSON document", () => {
    using place = temporaryFolder();
    const { exitCode, stdout, stderr } = create(["My App", "--json"], place.path);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "USAGE", fix: expect.stringContaining('"my-app"') } });
  });

  test.each([
    [[], "it needs a folder"],
    [["a", "b"], "it goes into one folder"],
    [["a", "--force"], "--force"],
    [["a", "--name"], "--name"],
    [["-rf"], "option"],
    [["a", "--\u001B[2J"], "\\u{1b}"],
  ])("refuses the command line %j", (argv, words) => {
    using place = temporaryFolder();
    const { exitCode, stdout, stderr } = create(argv, place.path);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toStartWith("error: Cannot create project: ");
    expect(stderr).toContain(words);
    expect(readdirSync(place.path)).toEqual([]);
  });

  test("exits with 7 where something is in the way", () => {
    using place = temporaryFolder();
    create(["my-app"], place.path);
    expect(create(["my-app"], place.path)).toMatchObject({ exitCode: 7, stdout: "" });
  });

  test("knows its version and its help", () => {
    expect(create(["--version"], "/")).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
    expect(create(["-h"], "/").stdout).toStartWith(`create-orchestr8 ${version}\n`);
  });
});
