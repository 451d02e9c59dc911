import { describe, expect, expectTypeOf, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Config } from "../../lib/config.ts";
import { commandTable } from "../command-table.ts";
import { cli, FakeContext } from "../fixtures/fake-context.ts";
import { createTestFolder } from "../fixtures/test-folder.ts";
import { resolveSettings } from "./resolve-settings.ts";
import { type SettingKey, settingKeys, settingOf, variableOf } from "./settings.ts";

const define = join(import.meta.dirname, "../../lib/config.ts");

/** A project and a home, with what a test writes into them. */
function createProject(files: Readonly<Record<string, string>>) {
  const folder = createTestFolder();
  const home = join(folder.path, "home");
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder.path, name)), { recursive: true });
    writeFileSync(join(folder.path, name), text);
  }
  return {
    path: folder.path,
    options: (env: Readonly<Record<string, string>> = {}) => ({
      cwd: folder.path,
      env: { XDG_CONFIG_HOME: home, ...env },
    }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

const userFile = "home/orchestr8/config.json";

describe("resolveSettings()", () => {
  test("takes flags over the environment, that over the project, that over the user, and that over the default", async () => {
    const files = {
      "orchestr8.config.json": '{\n  "server": {\n    "port": 3\n  },\n  "maxExecutions": 3\n}',
      [userFile]: '{ "server": { "port": 2, "host": "::1" }, "maxExecutions": 2, "timeout": "2s" }',
    };
    using project = createProject(files);
    const env = { ORCHESTR8_SERVER_PORT: "4", ORCHESTR8_TIMEOUT: "4s" };
    const settings = await resolveSettings({ timeout: "5s" }, new FakeContext(project.options(env)));
    const seen = (["timeout", "server.port", "maxExecutions", "server.host", "durability"] as const).map((key) => {
      const { layer, place } = settings.origin(key);
      return [settings.get(key), layer, place];
    });
    expect(seen).toEqual([
      ["5s", "flag", "--timeout"],
      [4, "environment", "the variable ORCHESTR8_SERVER_PORT"],
      [3, "project", "orchestr8.config.json:5"],
      ["::1", "user", `${userFile}:1`],
      ["full", "default", "default"],
    ]);
  });

  test("puts lists of variables and secrets together, and lets the nearest of two win", async () => {
    const files = {
      "orchestr8.config.json": '{ "env": ["STAGE=dev"], "secrets": { "variables": { "key": "PROJECT_KEY" } } }',
      [userFile]: '{ "env": ["REGION"], "secrets": { "variables": { "key": "MY_KEY", "mine": "MINE" } } }',
    };
    using project = createProject(files);
    const context = new FakeContext(project.options({ ORCHESTR8_ENV: "STAGE=test,ZONE" }));
    const settings = await resolveSettings({ secret: ["more=MORE"] }, context);
    expect(settings.get("env")).toEqual(["REGION", "STAGE=dev", "STAGE=test", "ZONE"]);
    expect(settings.get("secrets.variables")).toEqual({ key: "PROJECT_KEY", mine: "MINE", more: "MORE" });
  });

  test("takes a path as relative to where it is named", async () => {
    using project = createProject({ "orchestr8.config.json": '{ "stateDir": "state" }', "below/x": "" });
    const context = new FakeContext({ ...project.options(), cwd: join(project.path, "below") });
    expect((await resolveSettings({}, context)).get("stateDir")).toBe(join(project.path, "state"));
    expect((await resolveSettings({ "state-dir": "own" }, context)).get("stateDir")).toBe(
      join(project.path, "below", "own"),
    );
  });

  test("reads a config in TypeScript", async () => {
    const text = `import { defineConfig } from ${JSON.stringify(define)};\nexport default defineConfig({ server: { port: 9000 } });`;
    using project = createProject({ "orchestr8.config.ts": text });
    const settings = await resolveSettings({}, new FakeContext(project.options()));
    expect([settings.get("server.port"), settings.origin("server.port").place]).toEqual([9000, "orchestr8.config.ts"]);
  });

  test("has types that say what is there", () => {
    const config: Config = { server: { port: 1 }, durability: "fast", secrets: { variables: { key: "KEY" } } };
    // @ts-expect-error -- a misspelt key does not compile
    const wrong: Config = { sever: {} };
    expect([config, wrong]).toHaveLength(2);
    type Group<Name extends "server" | "secrets"> = `${Name}.${keyof NonNullable<Config[Name]> & string}`;
    type Keys = Exclude<keyof Config, "server" | "secrets"> | Group<"server"> | Group<"secrets">;
    expectTypeOf<Keys>().toEqualTypeOf<SettingKey>();
  });
});

describe("a configuration that is wrong", () => {
  const wrong: readonly (readonly [file: string, text: string, message: string, fix?: string])[] = [
    [
      "orchestr8.config.json",
      '{\n  "server": {\n    "prot": 1\n  }\n}',
      'Cannot use "server.prot" from orchestr8.config.json:3: there is no such setting',
      'use "server.port"',
    ],
    [
      "orchestr8.config.json",
      '{ "port": 1 }',
      'Cannot use "port" from orchestr8.config.json:1: there is no such setting',
      'use "server.port"',
    ],
    [
      "orchestr8.config.json",
      '{\n  // nobody listens there\n  "server": { "port": 70000 },\n}',
      'Cannot use "server.port" from orchestr8.config.json:3: it must be an integer from 0 to 65535, got 70000',
    ],
    [
      "orchestr8.config.json",
      '{\n"server": [\n',
      "Cannot read orchestr8.config.json:3: it is no JSON (CloseBracketExpected)",
    ],
    [
      "orchestr8.config.json",
      '{ "server": 8088 }',
      'Cannot use "server" from orchestr8.config.json:1: it must be an object of settings',
    ],
    [
      "orchestr8.config.json",
      '{ "env": ["A-B"] }',
      'Cannot use "env" from orchestr8.config.json:1: it must be a list of variables, as "NAME" or "NAME=value", got a list',
    ],
    ...(
      [
        ["server.auto", 1, "true or false, got 1"],
        ["server.idle", "soon", 'a duration such as "500ms", "30s" or "5m", got "soon"'],
        ["server.host", "", 'text, got ""'],
        ["envFile", true, "text or false, got true"],
        ["agents", null, "a list of texts, got null"],
        ["agents", "x".repeat(50), "a list of texts, got a longer text"],
        ["secrets.variables", { key: "not a name" }, "secrets and the variables that hold them, as name=VARIABLE"],
        [
          "agentConfig",
          { a: 1 },
          'objects by the ids of agents, such as { "@orchestr8/file": { "root": "." } }, got a value of type object',
        ],
      ] as const
    ).map(
      ([key, value, wanted]) =>
        [
          "orchestr8.config.json",
          JSON.stringify(key.split(".").reduceRight<unknown>((below, name) => ({ [name]: below }), value)),
          `Cannot use "${key}" from orchestr8.config.json:1: it must be ${wanted}`,
        ] as const,
    ),
    [
      userFile,
      '{ "agents": ["x"] }',
      `Cannot use "agents" from ${userFile}:1: only a project can say it`,
      'move it to the "orchestr8.config.ts" of the project',
    ],
    [
      "orchestr8.config.mjs",
      'export default { durability: "ful" };',
      'Cannot use "durability" from orchestr8.config.mjs: it must be one of "full", "fast", "memory", got "ful"',
    ],
    [
      "orchestr8.config.mjs",
      "export const config = {};",
      "Cannot read orchestr8.config.mjs: it has no default export",
      "write export default defineConfig({ … })",
    ],
    [
      "orchestr8.config.mjs",
      '\nthrow new Error("on purpose");',
      "Cannot read orchestr8.config.mjs: on purpose, at orchestr8.config.mjs:2",
    ],
  ];
  test.each(wrong)("is refused with its place: %s %s", async (...[file, text, message, fix]) => {
    using project = createProject({ [file]: text });
    const { exitCode, stdout } = await cli(["list", "--json"], project.options());
    const { error }: { readonly error: object } = JSON.parse(stdout);
    expect({ exitCode, error }).toMatchObject({
      exitCode: 2,
      error: { code: "CONFIG", message: expect.stringContaining(message), ...(typeof fix === "string" && { fix }) },
    });
  });

  test.each([
    ["ORCHESTR8_SERVER_PORT", "x", "from the variable ORCHESTR8_SERVER_PORT: it must be an integer"],
    ["ORCHESTR8_DURABILTY", "full", 'use "ORCHESTR8_DURABILITY"'],
    ["ORCHESTR8_PORT", "9000", 'use "ORCHESTR8_SERVER_PORT"'],
  ])("is refused with its variable: %s=%s", async (name, text, message) => {
    using project = createProject({});
    const { exitCode, stderr } = await cli(["list"], project.options({ [name]: text }));
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(message) });
  });

  test.each([
    ["ORCHESTR8_SERVER_AUTO", "0", "server.auto", false],
    ["ORCHESTR8_ENV_FILE", "false", "envFile", false],
    ["ORCHESTR8_ENV", "A, B=1", "env", ["A", "B=1"]],
    ["ORCHESTR8_SECRETS_VARIABLES", "a=B", "secrets.variables", { a: "B" }],
    ["ORCHESTR8_TIMEOUT", "5m", "timeout", "5m"],
    ["ORCHESTR8_AGENT_CONFIG", '{"@a/b":{"c":1}}', "agentConfig", { "@a/b": { c: 1 } }],
  ] as const)("is none where a variable says it: %s=%s", async (name, text, key, value) => {
    using project = createProject({});
    const settings = await resolveSettings({}, new FakeContext(project.options({ [name]: text })));
    expect(settings.get(key)).toEqual(value);
    expect(settings.origin(key).place).toBe(`the variable ${name}`);
  });

  test("shows nothing of what may be a secret in the wrong place", async () => {
    using project = createProject({});
    for (const text of ["hush-0123456789", "key=hush-0123456789"]) {
      const { exitCode, stderr } = await cli(["list"], project.options({ ORCHESTR8_SECRETS_VARIABLES: text }));
      expect([exitCode, stderr.includes("hush")]).toEqual([2, false]);
    }
  });

  test("is none where Kubernetes or somebody else has variables of the same prefix", async () => {
    using project = createProject({});
    const others = {
      ORCHESTR8_PORT: "tcp://10.0.0.1:8088",
      ORCHESTR8_SERVER_PORT: "tcp://10.0.0.1:8088",
      ORCHESTR8_SERVICE_PORT: "8088",
      ORCHESTR8_PORT_8088_TCP_PORT: "8088",
      ORCHESTR8_TEST_SETUP: "yes",
      ORCHESTR8_TOKEN: "t".repeat(32),
    };
    expect((await resolveSettings({}, new FakeContext(project.options(others)))).get("server.port")).toBe(8_088);
  });

  test("is refused where a project has two", async () => {
    using project = createProject({ "orchestr8.config.json": "{}", "orchestr8.config.mjs": "export default {}" });
    const { stderr } = await cli(["list"], project.options());
    expect(stderr).toContain('there are "orchestr8.config.mjs" and "orchestr8.config.json"');
  });
});

describe("arguments with a setting", () => {
  test("are called as the setting says", async () => {
    for (const entry of commandTable) {
      const named = Object.entries((await entry.load()).arguments).filter(([, { setting }]) => setting !== undefined);
      for (const [name, { setting }] of named)
        expect([setting, name]).toEqual([setting, setting && settingOf(setting).flag]);
    }
    expect(settingKeys.map(variableOf)).toContain("ORCHESTR8_SERVER_ALLOWED_HOSTS");
  });

  test("take what is configured as if it had been typed, and give way to what is", async () => {
    const hello = await Bun.file(join(import.meta.dirname, "../../examples/hello-world/hello-world.o8.json")).text();
    using project = createProject({
      "hello.o8.json": hello,
      "orchestr8.config.json": '{ "output": "json", "stateDir": "kept" }',
    });
    const options = project.options();
    const ran = await cli(["run", "hello.o8.json", "--input", "name=Ada", "--quiet"], options);
    expect(JSON.parse(ran.stdout)).toMatchObject({ status: "completed" });
    expect(JSON.parse((await cli(["list", "--state-dir", "kept"], options)).stdout)).toMatchObject({
      executions: [{}],
    });
    expect((await cli(["list", "--output", "human"], options)).stdout).toContain("EXECUTION");
    expect(
      (await cli(["run", "hello.o8.json", "--durability", "memory", "--quiet", "--input", "name=Ada"], options))
        .exitCode,
    ).toBe(0);
    expect(JSON.parse((await cli(["inspect", "nothing"], options)).stdout)).toMatchObject({
      error: { code: "EXECUTION_NOT_FOUND" },
    });
  });
});
