import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import type { Disk } from "./disk.ts";
import { temporaryFolder } from "./fixtures/temporary-folder.ts";
import { scaffoldAgent, scaffoldAgentsPackage, scaffoldProject, scaffoldWorkflow } from "./scaffold.ts";

function refused(code: string, message: string | RegExp) {
  return expect.objectContaining({ name: "ScaffoldError", code, message: expect.stringMatching(message) });
}

/** A folder that is a project. */
function projectFolder(name = "my-app") {
  const place = temporaryFolder();
  fs.writeFileSync(join(place.path, "package.json"), JSON.stringify({ name }));
  return place;
}

describe("scaffoldProject()", () => {
  test("writes a project into a new folder, and below folders that are new", () => {
    using place = temporaryFolder();
    const { files, folder, ...rest } = scaffoldProject("apps/my-app", { cwd: place.path });
    expect({ folder, ...rest }).toEqual({
      kind: "project",
      name: "my-app",
      folder: join(place.path, "apps/my-app"),
      isWritten: true,
    });
    const contents = place.contents();
    expect(files.filter((path) => typeof contents[`apps/my-app/${path}`] !== "string")).toEqual([]);
    expect(JSON.parse(contents["apps/my-app/package.json"] ?? "")).toMatchObject({ name: "my-app" });
  });

  test("fills an empty folder, also one with a repository in it, under a name of its own", () => {
    using place = temporaryFolder();
    fs.mkdirSync(join(place.path, "My App/.git"), { recursive: true });
    fs.writeFileSync(join(place.path, "My App/.git/HEAD"), "ref");
    scaffoldProject(".", { cwd: join(place.path, "My App"), name: "my-app" });
    expect(place.contents()).toMatchObject({ "My App/.git/HEAD": "ref", "My App/README.md": expect.any(String) });
  });

  test("goes where it was told, also outside of the current folder", () => {
    using place = temporaryFolder();
    fs.mkdirSync(join(place.path, "here"));
    scaffoldProject("../there", { cwd: join(place.path, "here") });
    scaffoldProject(join(place.path, "elsewhere"), { cwd: join(place.path, "here") });
    expect(fs.readdirSync(place.path).toSorted()).toEqual(["elsewhere", "here", "there"]);
  });

  test("writes nothing in a dry run, and says the same", () => {
    using place = temporaryFolder();
    const dry = scaffoldProject("my-app", { cwd: place.path, isDryRun: true });
    expect(place.contents()).toEqual({});
    expect(scaffoldProject("my-app", { cwd: place.path })).toEqual({ ...dry, isWritten: true });
  });

  test("refuses a folder that holds something, with a list, in a dry run too", () => {
    using place = temporaryFolder();
    for (const name of ["b.txt", "\u001B[2J", ".git", ".env"]) fs.writeFileSync(join(place.path, name), name);
    const before = place.contents();
    for (const isDryRun of [false, true]) {
      expect(() => scaffoldProject(".", { cwd: place.path, name: "my-app", isDryRun })).toThrow(
        refused("EXISTS", /^Cannot create project in "\.": it holds "\\u\{1b\}\[2J", "\.env", "b\.txt"$/),
      );
    }
    expect(place.contents()).toEqual(before);
  });

  test("lists ten of many", () => {
    using place = temporaryFolder();
    for (let index = 10; index < 30; index++) fs.writeFileSync(join(place.path, `${index}`), "");
    expect(() => scaffoldProject(".", { cwd: place.path, name: "my-app" })).toThrow(
      refused("EXISTS", /"19" and 10 more$/),
    );
  });

  test("refuses a second project in the same place", () => {
    using place = temporaryFolder();
    scaffoldProject("my-app", { cwd: place.path });
    const before = place.contents();
    expect(() => scaffoldProject("my-app", { cwd: place.path })).toThrow(refused("EXISTS", /it holds/));
    expect(place.contents()).toEqual(before);
  });

  test.each([
    ["a link to a folder", "link"],
    ["a link to a folder, with a slash", "link/"],
    ["a link that leads nowhere", "dangling"],
    ["what is behind a link", "link/my-app"],
    ["what is behind a link that leads nowhere", "dangling/my-app"],
    ["a link to a file", "to-file"],
    ["a file", "file"],
    ["what is behind a file", "file/my-app"],
    ["a link that is named by its whole path", "<link>"],
    ["a pipe", "pipe"],
  ])("refuses %s", (_, typed) => {
    using place = temporaryFolder();
    using outside = temporaryFolder();
    fs.symlinkSync(outside.path, join(place.path, "link"));
    fs.symlinkSync(join(place.path, "nowhere"), join(place.path, "dangling"));
    fs.writeFileSync(join(place.path, "file"), "file");
    fs.symlinkSync(join(place.path, "file"), join(place.path, "to-file"));
    Bun.spawnSync(["mkfifo", join(place.path, "pipe")]);
    fs.mkdirSync(join(place.path, "here"));
    const whole = typed === "<link>";
    const cwd = whole ? join(place.path, "here") : place.path;
    const target = whole ? join(place.path, "link/my-app") : typed;
    const before = fs.readdirSync(place.path, { recursive: true });
    expect(() => scaffoldProject(target, { cwd, name: "my-app" })).toThrow(refused("EXISTS", /^Cannot write below "/));
    expect(fs.readdirSync(place.path, { recursive: true })).toEqual(before);
    expect(outside.contents()).toEqual({});
  });

  test.each(["", "a\u0000b", "a\nb", "\u001B[2J"])("refuses what is no folder: %j", (typed) => {
    using place = temporaryFolder();
    expect(() => scaffoldProject(typed, { cwd: place.path, name: "my-app" })).toThrow(
      refused("USAGE", /it is no name of a folder$/),
    );
    expect(place.contents()).toEqual({});
  });

  test.each(["My App", "..app", "con", "-rf", "a/..b/my-app", "con/my-app", "ａpp", "a".repeat(300)])(
    "makes no folder of a name that is none: %s",
    (typed) => {
      using place = temporaryFolder();
      expect(() => scaffoldProject(typed, { cwd: place.path })).toThrow(refused("USAGE", /^Cannot create project "/));
      expect(place.contents()).toEqual({});
    },
  );

  test("names a package, where its folder's name cannot be one", () => {
    using place = temporaryFolder();
    expect(() => scaffoldProject("My App", { cwd: place.path })).toThrow(
      expect.objectContaining({ fix: 'use "my-app", or "--name" for a folder that stays as it is' }),
    );
  });

  test("refuses the root", () => {
    expect(() => scaffoldProject("/", { cwd: "/", isDryRun: true, name: "my-app" })).toThrow(
      refused("EXISTS", /it holds/),
    );
  });
});

describe("scaffoldAgent()", () => {
  test.each([
    ["my-app", "@my-app/sum-up"],
    ["@acme/tools", "@acme/sum-up"],
    ["My Legacy App", "@app/sum-up"],
  ])("takes the scope of its id from the package %s", (packageName, id) => {
    using place = projectFolder(packageName);
    const { files } = scaffoldAgent("sum-up", { cwd: place.path });
    expect(files).toEqual(["agents/sum-up.agent.ts", "agents/sum-up.test.ts"]);
    expect(place.contents()["agents/sum-up.agent.ts"]).toContain(`id: "${id}"`);
  });

  test("leaves everything as it is where one of its files is there", () => {
    using place = projectFolder();
    fs.mkdirSync(join(place.path, "agents"));
    fs.writeFileSync(join(place.path, "agents/sum-up.test.ts"), "mine");
    const before = place.contents();
    expect(() => scaffoldAgent("sum-up", { cwd: place.path })).toThrow(
      refused("EXISTS", 'Cannot create agent "sum-up": there is "agents/sum-up.test.ts" already'),
    );
    expect(place.contents()).toEqual(before);
  });

  test.each(["link", "dangling"])("does not write into an agents folder that is a %s", (kind) => {
    using place = projectFolder();
    using outside = temporaryFolder();
    fs.symlinkSync(kind === "link" ? outside.path : join(outside.path, "nowhere"), join(place.path, "agents"));
    expect(() => scaffoldAgent("sum-up", { cwd: place.path })).toThrow(refused("EXISTS", /it is a symbolic link$/));
    expect(outside.contents()).toEqual({});
  });

  test("does not write through a link of the name of its file", () => {
    using place = projectFolder();
    fs.mkdirSync(join(place.path, "agents"));
    fs.symlinkSync(join(place.path, "nowhere"), join(place.path, "agents/sum-up.agent.ts"));
    expect(() => scaffoldAgent("sum-up", { cwd: place.path })).toThrow(refused("EXISTS", /already$/));
    expect(fs.existsSync(join(place.path, "nowhere"))).toBe(false);
  });

  test("needs a project", () => {
    using place = temporaryFolder();
    expect(() => scaffoldAgent("sum-up", { cwd: place.path })).toThrow(
      refused("USAGE", /there is no package.json here$/),
    );
  });

  test("says so where package.json is a folder", () => {
    using place = temporaryFolder();
    fs.mkdirSync(join(place.path, "package.json"));
    expect(() => scaffoldAgent("sum-up", { cwd: place.path })).toThrow(refused("FILE", /: EISDIR$/));
  });

  test("says so where a folder may not be looked into", () => {
    using place = projectFolder();
    const disk: Disk = {
      ...fs,
      lstatSync: () => {
        throw Object.assign(new Error("EACCES"), { code: "EACCES", path: "agents" });
      },
    };
    expect(() => scaffoldAgent("sum-up", { cwd: place.path, disk })).toThrow(
      refused("FILE", 'Cannot open "agents": EACCES'),
    );
  });

  test("says so where package.json is no JSON", () => {
    using place = temporaryFolder();
    fs.writeFileSync(join(place.path, "package.json"), "{");
    expect(() => scaffoldAgent("sum-up", { cwd: place.path })).toThrow(
      refused("FILE", /^Cannot read "package.json": /),
    );
  });
});

describe("scaffoldWorkflow()", () => {
  test("writes one in JSON, or in TypeScript", () => {
    using place = projectFolder();
    expect(scaffoldWorkflow("one", { cwd: place.path }).files).toEqual([
      "workflows/one.o8.json",
      "workflows/one.test.ts",
    ]);
    expect(scaffoldWorkflow("two", { cwd: place.path, isTypeScript: true }).files).toEqual([
      "workflows/two.test.ts",
      "workflows/two.workflow.ts",
    ]);
  });

  test.each([true, false])("refuses an id that the other spelling has (TypeScript first: %j)", (isTypeScript) => {
    using place = projectFolder();
    scaffoldWorkflow("one", { cwd: place.path, isTypeScript });
    fs.rmSync(join(place.path, "workflows/one.test.ts"));
    expect(() => scaffoldWorkflow("one", { cwd: place.path, isTypeScript: !isTypeScript })).toThrow(
      refused("EXISTS", /there is "workflows\/one\.(?:workflow\.ts|o8\.json)" already$/),
    );
  });
});

describe("scaffoldAgentsPackage()", () => {
  test("writes a package into a folder of its name, without the scope", () => {
    using place = temporaryFolder();
    expect(scaffoldAgentsPackage("@acme/tools", { cwd: place.path })).toMatchObject({
      kind: "agents package",
      name: "@acme/tools",
      folder: join(place.path, "tools"),
    });
    const contents = place.contents();
    expect(JSON.parse(contents["tools/package.json"] ?? "")).toMatchObject({ name: "@acme/tools" });
    expect(contents["tools/agents/greeter.agent.ts"]).toContain('id: "@acme/greeter"');
    expect(contents["tools/README.md"]).toContain('["agents/**/*.agent.ts", "@acme/tools"]');
  });
});
