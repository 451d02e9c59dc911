import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cli } from "../fixtures/fake-context.ts";
import { createTestFolder } from "../fixtures/test-folder.ts";
import { readSecretsFile } from "./read-secrets-file.ts";
import { readSecretsFolder } from "./read-secrets-folder.ts";

const key = "key-0123456789";

function createProject() {
  const folder = createTestFolder();
  const calls = JSON.stringify({
    version: "1.0.0",
    metadata: { id: "calls", name: "Calls" },
    context: { secretRefs: ["secret://key"] },
    steps: [{ id: "call", agent: { id: "@orchestr8/hello-world" }, input: { message: "${secrets.key}" } }],
    output: "${steps.call.output.result}",
  });
  folder.write("calls.o8.json", calls);
  return {
    ...folder,
    run: async (flags: readonly string[], env: Readonly<Record<string, string>> = {}) => {
      const call = ["run", "calls.o8.json", "--json", "--quiet", ...flags];
      const { stdout, stderr } = await cli(call, { cwd: folder.path, env });
      return { document: JSON.parse(stdout), text: stdout + stderr };
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

describe("secrets", () => {
  test.each([
    ["JSON", JSON.stringify({ key })],
    ["lines", `# the service's\nexport key='${key}'\n`],
  ])("come from a file of %s, and are in no output and no journal", async (_, text) => {
    using project = createProject();
    writeFileSync(join(project.path, "secrets"), text, { mode: 0o600 });
    const { document, text: said } = await project.run(["--secrets-file", "secrets"]);
    expect(document).toMatchObject({ status: "completed", output: "[secret:key]" });
    expect(said).not.toContain(key);
    const state = join(project.path, ".orchestr8");
    expect(readdirSync(state).filter((file) => readFileSync(join(state, file)).includes(key))).toEqual([]);
  });

  test("come from a folder as Kubernetes mounts it", async () => {
    using project = createProject();
    const folder = join(project.path, "mounted");
    mkdirSync(join(folder, "..2026"), { recursive: true });
    mkdirSync(join(folder, "kubernetes.io"));
    writeFileSync(join(folder, "..2026", "key"), `${key}\n`);
    symlinkSync("..2026", join(folder, "..data"));
    symlinkSync(join("..data", "key"), join(folder, "key"));
    expect([...(await readSecretsFolder("mounted", project.path))]).toEqual([["key", key]]);
    expect((await project.run(["--secrets-dir", "mounted"])).document).toMatchObject({ output: "[secret:key]" });
  });

  test("come from where the config says, and one that is missing hurts only who reads it", async () => {
    using project = createProject();
    project.write("orchestr8.config.json", '{ "secrets": { "variables": { "key": "KEY", "other": "OTHER" } } }');
    expect((await project.run([], { KEY: key })).document).toMatchObject({ output: "[secret:key]" });
    expect((await project.run([])).document).toMatchObject({
      error: { message: expect.stringContaining('secrets that the operator does not provide: "key"') },
    });
  });

  test("of a variable beat those of a file, and these those of a folder", async () => {
    using project = createProject();
    mkdirSync(join(project.path, "mounted"));
    writeFileSync(join(project.path, "mounted", "key"), "from the folder");
    writeFileSync(join(project.path, "secrets"), "key=from-the-file", { mode: 0o600 });
    const both = ["--secrets-file", "secrets", "--secrets-dir", "mounted"];
    const message = JSON.stringify({ input: { message: "from-the-file, from the folder" } });
    project.write(
      "calls.o8.json",
      readFileSync(join(project.path, "calls.o8.json"), "utf8").replace(
        '"input":{"message":"${secrets.key}"}',
        message.slice(1, -1),
      ),
    );
    expect((await project.run(both)).document).toMatchObject({ error: { code: "VALIDATION" } });
    const { document } = await project.run([...both, "--secret", "key=KEY"], { KEY: key });
    expect(document).toMatchObject({ status: "completed" });
  });

  test("are not read from a file that others have access to", async () => {
    using project = createProject();
    project.write("secrets", JSON.stringify({ key }));
    chmodSync(join(project.path, "secrets"), 0o640);
    const { document, text } = await project.run(["--secrets-file", "secrets"]);
    expect(document).toEqual({
      error: {
        code: "CONFIG",
        message: 'Cannot read the secrets file "secrets": others have access to it (0640)',
        fix: 'use "chmod 600 secrets"',
      },
    });
    expect(text).not.toContain(key);
  });

  test.each([
    ['{"a": "hush-hush', "it is no JSON object"],
    ['{"a": 5}', 'Cannot read the secret "a" of "secrets": it must be text'],
    ['{"a": "short"}', 'Cannot read the secret "a" of "secrets": it must have at least 6 characters'],
    ['{"a b": "hush-hush"}', 'Cannot read the secret "a b" of "secrets": a name starts with a letter'],
  ])("that cannot be are refused without a word of them: %s", async (text, message) => {
    using project = createProject();
    writeFileSync(join(project.path, "secrets"), text, { mode: 0o600 });
    const refusal = await readSecretsFile("secrets", project.path).catch(String);
    expect(refusal).toContain(message);
    expect(refusal).not.toMatch(/hush|short/);
  });

  test("that are not there are missed by name", async () => {
    using project = createProject();
    expect((await project.run(["--secrets-file", "none"])).text).toContain("there is no such file");
    expect((await project.run(["--secrets-dir", "none"])).text).toContain("it is no folder that may be read");
  });
});

describe("the environment file", () => {
  test("is .env of the project, and the shell beats it", async () => {
    using project = createProject();
    project.write(".env", `KEY=from-the-file\nORCHESTR8_SECRETS_VARIABLES="key=KEY"\n`);
    expect((await project.run([])).document).toMatchObject({ output: "[secret:key]" });
    const call = ["config", "get", "secrets.variables", "--json"];
    const { stdout } = await cli(call, { cwd: project.path });
    expect(JSON.parse(stdout)).toMatchObject({ place: "the variable ORCHESTR8_SECRETS_VARIABLES of .env" });
    const shell = await cli(call, { cwd: project.path, env: { ORCHESTR8_SECRETS_VARIABLES: "key=OWN" } });
    expect(JSON.parse(shell.stdout)).toMatchObject({
      value: { key: "OWN" },
      place: "the variable ORCHESTR8_SECRETS_VARIABLES",
    });
  });

  test("is another one where one is named, and none where that is said", async () => {
    using project = createProject();
    project.write(".env", "KEY=from-dot-env");
    project.write("other.env", `KEY=${key}`);
    const secret = ["--secret", "key=KEY"];
    expect((await project.run([...secret, "--env-file", "other.env"])).document).toMatchObject({ status: "completed" });
    expect((await project.run([...secret, "--env-file", "false"])).text).toContain('"KEY\\" is not set');
    expect((await project.run([...secret, "--env-file", "none.env"])).text).toContain(
      'Cannot read the environment file \\"none.env\\", named by --env-file: there is no such file',
    );
  });
});
