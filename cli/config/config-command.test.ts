import { describe, expect, test } from "bun:test";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { cli } from "../fixtures/fake-context.ts";
import { createTestFolder } from "../fixtures/test-folder.ts";

function createProject() {
  const folder = createTestFolder();
  const config = join(folder.path, "orchestr8.config.json");
  const own = join(folder.path, "home/orchestr8/config.json");
  return {
    ...folder,
    config,
    own,
    call: (line: string) =>
      cli(["config", ...line.split(" ")], { cwd: folder.path, env: { XDG_CONFIG_HOME: join(folder.path, "home") } }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

describe("orchestr8 config", () => {
  test("sets, gets, lists and takes back what the project says", async () => {
    using project = createProject();
    expect(await project.call("set server.port 9000")).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "server.port: changed in orchestr8.config.json\n",
    });
    expect(readFileSync(project.config, "utf8")).toBe('{\n  "server": {\n    "port": 9000\n  }\n}\n');
    expect((await project.call("get server.port")).stdout).toBe("9000\n");
    expect((await project.call("list --project")).stdout).toBe(
      "SETTING      VALUE  FROM\nserver.port  9000   orchestr8.config.json:3\n",
    );
    expect((await project.call("unset server.port")).exitCode).toBe(0);
    expect((await project.call("get server.port --json")).stdout).toContain('"layer": "default"');
    expect((await project.call("unset server.port")).stderr).toBe("Nothing to change in orchestr8.config.json\n");
  });

  test("keeps what is the user's from others, and out of the project", async () => {
    using project = createProject();
    await project.call("set output json --user");
    expect(readFileSync(project.own, "utf8")).toBe('{\n  "output": "json"\n}\n');
    expect(statSync(project.own).mode & 0o777).toBe(0o600);
    expect(existsSync(project.config)).toBe(false);
    expect(JSON.parse((await project.call("get output --json")).stdout)).toMatchObject({
      value: "json",
      layer: "user",
      place: "home/orchestr8/config.json:2",
    });
    expect((await project.call("get output --project")).exitCode).toBe(1);
  });

  test("lists every setting with its origin", async () => {
    using project = createProject();
    await project.call("set env REGION,STAGE=test");
    const { stdout } = await project.call("list");
    expect(stdout).toMatch(/^env +REGION, STAGE=test +orchestr8\.config\.json:2$/m);
    expect(stdout).toMatch(/^server\.port +8088 +default$/m);
    expect(stdout).toMatch(/^timeout +- +default$/m);
    const { settings }: { settings: readonly { readonly key: string }[] } = JSON.parse(
      (await project.call("list --json")).stdout,
    );
    expect(settings.find(({ key }) => key === "env")).toEqual({
      key: "env",
      value: ["REGION", "STAGE=test"],
      layer: "project",
      place: "orchestr8.config.json:2",
    } as never);
    await project.call("set secrets.variables key=KEY");
    expect((await project.call("get secrets.variables")).stdout).toBe("key=KEY\n");
    await project.call('set agentConfig {"@a/b":{"c":1}}');
    expect((await project.call("get agentConfig")).stdout).toBe('{"@a/b":{"c":1}}\n');
  });

  test("changes one thing and leaves comments, order and unknown keys alone", async () => {
    using project = createProject();
    const before = '{\n  // for all of us\n  "durability": "fast", // quick\n  "later": { "x": 1 },\n}\n';
    writeFileSync(project.config, before);
    await project.call("set durability full");
    expect(readFileSync(project.config, "utf8")).toBe(before.replace('"fast"', '"full"'));
    await project.call("unset later");
    expect(readFileSync(project.config, "utf8")).toBe('{\n  // for all of us\n  "durability": "full", // quick\n}\n');
    expect((await project.call("get durability")).stdout).toBe("full\n");
    await project.call("reset --project");
    expect(readFileSync(project.config, "utf8")).toBe("{\n  // for all of us\n   // quick\n}\n");
    expect((await project.call("list --project")).stdout).toBe("No settings\n");
  });

  test("leaves a link a link, the file's mode as it is, and nothing beside it", async () => {
    using project = createProject();
    mkdirSync(join(project.path, "dotfiles"));
    const real = join(project.path, "dotfiles", "o8.json");
    writeFileSync(real, "{}", { mode: 0o640 });
    symlinkSync(real, project.config);
    await project.call("set maxConcurrency 3");
    expect(lstatSync(project.config).isSymbolicLink()).toBe(true);
    expect([readFileSync(real, "utf8"), statSync(real).mode & 0o777]).toEqual(['{\n  "maxConcurrency": 3\n}', 0o640]);
    expect(readdirSync(join(project.path, "dotfiles"))).toEqual(["o8.json"]);
  });

  test("waits for nobody: a file that another process changes is left alone", async () => {
    using project = createProject();
    writeFileSync(`${project.config}.lock`, "");
    const { exitCode, stderr } = await project.call("set maxConcurrency 3");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("another process is changing it");
    expect(existsSync(project.config)).toBe(false);
  });

  test.each([
    ['{ "timeout": "1s", /* a */ "output": "json" /* b */ }', '{ "timeout": "1s" /* a */  /* b */ }'],
    ['{ "output": "json", "timeout": "1s" }', '{  "timeout": "1s" }'],
    ['{\n  "timeout": "1s", // a\n  "output": "json" // b\n}', '{\n  "timeout": "1s" // a\n   // b\n}'],
    ['{ "output": "json" }', "{  }"],
  ])("takes one property out of %j", async (before, after) => {
    using project = createProject();
    writeFileSync(project.config, before);
    await project.call("unset output");
    expect(readFileSync(project.config, "utf8")).toBe(after);
  });

  test("leaves alone what is no JSON", async () => {
    using project = createProject();
    writeFileSync(project.config, '{ "timeout": ');
    expect((await project.call("set output json")).stderr).toContain("it is no JSON (ValueExpected)");
    expect(readFileSync(project.config, "utf8")).toBe('{ "timeout": ');
  });

  test("rewrites no code, and says what to write", async () => {
    using project = createProject();
    project.write("orchestr8.config.ts", "export default {};");
    const { exitCode, stderr } = await project.call("set server.port 9000");
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      "error: Cannot change orchestr8.config.ts: it is code, which only its authors change\n" +
        "  fix: write server: { port: 9000 } in it\n",
    );
  });

  test.each([
    ["set server.port x", 'Cannot use "server.port" from the command line: it must be an integer'],
    ["set sever.port 1", 'use "server.port"'],
    ["set agents a --user", "only a project can say it"],
    ["get durabilty", 'use "durability"'],
    ["set server.port", 'write "orchestr8 config set <key> <value>"'],
    ["lst", 'use "config list"'],
    ["reset", 'add "--project" or "--user"'],
    ["list --user --project", "it is one or the other"],
  ])("refuses config %s", async (line, message) => {
    using project = createProject();
    const { exitCode, stderr } = await project.call(line);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(message) });
  });
});
