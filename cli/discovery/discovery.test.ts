import { describe, expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cli } from "../fixtures/fake-context.ts";
import { createTestFolder } from "../fixtures/test-folder.ts";

const define = JSON.stringify(join(import.meta.dirname, "../../dsl/define.ts"));
const defineAgent = JSON.stringify(join(import.meta.dirname, "../../lib/agents/define-agent.ts"));

const agent = (name: string, said: string): string => `import { defineAgent } from ${defineAgent};
type Said = { readonly said: string };
export default defineAgent({ id: "@test/${name}", version: "1.0.0", description: "Says ${said}",
  execute: (): Said => ({ said: "${said}" }) });
`;

const calling = (id: string, agentId: string): string =>
  JSON.stringify({
    version: "1.0.0",
    metadata: { id, name: `Calls ${agentId}` },
    steps: [{ id: "call", agent: { id: agentId } }],
    output: { said: "${steps.call.output.said}" },
  });

const moduleCalling = (id: string): string => `import { defineWorkflow } from ${define};
import greeter from "../agents/greeter.agent.ts";
export default defineWorkflow({ id: "${id}", version: "1.0.0", steps: ({ step }) => {
  const inline = step("inline", { run: () => ({ said: "inline" }) });
  const call = step("call", { agent: greeter, input: {} });
  return { said: call.output.said, inline: inline.output.said };
} });
`;

function createProject(files: Readonly<Record<string, string>>) {
  const folder = createTestFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder.path, name)), { recursive: true });
    writeFileSync(join(folder.path, name), text);
  }
  return {
    ...folder,
    call: (line: string, below = "") => cli(line.split(" "), { cwd: join(folder.path, below) }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

const good = {
  "agents/greeter.agent.ts": agent("greeter", "hello"),
  "agents/deep/down/singer.agent.mjs": `export const singer = { id: "@test/singer", version: "2.0.0", execute: () => ({ said: "la" }) };`,
  "agents/greeter.test.ts": "throw new Error('no agent file');",
  "agents/node_modules/x/x.agent.ts": "throw new Error('installed');",
  "workflows/greet.o8.json": calling("greet", "@test/greeter"),
  "workflows/sing.workflow.ts": moduleCalling("sing"),
};

describe("orchestr8 agents", () => {
  test("lists the agents of the project's files, and the built-in ones", async () => {
    using project = createProject(good);
    const { exitCode, stdout } = await project.call("agents --json");
    expect({ exitCode, document: JSON.parse(stdout) }).toMatchObject({
      exitCode: 0,
      document: {
        agents: expect.arrayContaining([
          { id: "@test/singer", version: "2.0.0", from: "agents/deep/down/singer.agent.mjs" },
          { id: "@test/greeter", version: "1.0.0", description: "Says hello", from: "agents/greeter.agent.ts" },
          expect.objectContaining({ id: "@orchestr8/hello-world", from: "built in" }),
        ]),
        problems: [],
      },
    });
    expect((await project.call("agents")).stdout).toContain("@test/greeter           1.0.0    agents/greeter.agent.ts");
  });

  test("says what is wrong with each broken file, with its place, and shows the others", async () => {
    using project = createProject({
      ...good,
      "agents/a-throws.agent.ts": '\n\nthrow new Error("on purpose");',
      "agents/b-empty.agent.ts": "export {};",
      "agents/c-class.agent.mjs": "export class Mine { execute() {} }",
      "agents/d-id.agent.mjs": 'export default { id: "Greeter", version: "1.0.0", execute() {} };',
    });
    const { exitCode, stdout } = await project.call("agents --json");
    const {
      agents,
      problems,
    }: { agents: readonly { id: string }[]; problems: readonly { from: string; error: { message: string } }[] } =
      JSON.parse(stdout);
    expect(exitCode).toBe(4);
    expect(agents.map(({ id }) => id)).toContain("@test/greeter");
    expect(problems.map(({ error }) => error.message)).toEqual([
      expect.stringMatching(
        /^Cannot load agents of "agents\/a-throws\.agent\.ts": on purpose, at agents\/a-throws\.agent\.ts:3/,
      ),
      'Cannot load agents of "agents/b-empty.agent.ts": it exports no agent',
      'Cannot load agents of "agents/c-class.agent.mjs": it exports a class, and no agent that was made of it',
      expect.stringContaining('Cannot load agents of "agents/d-id.agent.mjs": Cannot define agent "Greeter"'),
    ]);
  });

  test("refuses an id to both of two files that claim it, but not to a file that gathers the others", async () => {
    using project = createProject({
      ...good,
      "agents/all.agent.ts": 'export { default as greeter } from "./greeter.agent.ts";',
      "agents/other.agent.mjs": `export default { id: "@test/singer", version: "3.0.0", execute: () => null };`,
    });
    const { exitCode, stdout, stderr } = await project.call("agents");
    expect(exitCode).toBe(4);
    expect(stdout).toContain("@test/greeter");
    expect(stdout).not.toContain("@test/singer");
    expect(stderr).toBe(
      'error: Cannot register agent "@test/singer" of "agents/deep/down/singer.agent.mjs": "agents/other.agent.mjs" has an agent of this id, too\n' +
        "  fix: give one of them another id\n",
    );
  });

  test("lets nobody take the place of a built-in agent", async () => {
    using project = createProject({
      "agents/hello.agent.mjs": `export default { id: "@orchestr8/hello-world", version: "1.0.0", execute: () => null };`,
      "agents/same.agent.ts": `export { helloWorld } from ${JSON.stringify(join(import.meta.dirname, "../../lib/agents/hello-world.ts"))};`,
    });
    const { stderr } = await project.call("agents");
    expect(stderr).toBe(
      'error: Cannot register agent "@orchestr8/hello-world" of "agents/hello.agent.mjs": an agent of this id is built in\n' +
        "  fix: give it another id; the built-in one need not be registered\n",
    );
  });

  test("takes those of a package that the config names, and says when it is not installed", async () => {
    using project = createProject({
      "orchestr8.config.json": '{ "agents": ["@acme/agents", "@acme/missing"] }',
      "node_modules/@acme/agents/package.json":
        '{ "name": "@acme/agents", "type": "module", "exports": { ".": { "import": "./main.js" } } }',
      "node_modules/@acme/agents/main.js": `const make = (id) => ({ id, version: "1.0.0", execute: () => null });
export const agents = [make("@acme/one"), make("@acme/two")];`,
    });
    const { stdout } = await project.call("agents --json");
    const { agents, problems }: { agents: readonly { readonly from: string }[]; problems: readonly object[] } =
      JSON.parse(stdout);
    expect({ agents: agents.filter(({ from }) => from !== "built in"), problems }).toMatchObject({
      agents: [
        { id: "@acme/one", from: "@acme/agents" },
        { id: "@acme/two", from: "@acme/agents" },
      ],
      problems: [{ from: "@acme/missing", error: { message: expect.stringContaining("it is not installed") } }],
    });
  });

  test("follows links inside of the project once, and none out of it", async () => {
    using project = createProject(good);
    using outside = createTestFolder();
    outside.write("evil.agent.mjs", "throw new Error('from outside');");
    symlinkSync(join(project.path, "agents"), join(project.path, "agents/deep/loop"));
    symlinkSync(outside.path, join(project.path, "agents/outside"));
    symlinkSync(join(outside.path, "evil.agent.mjs"), join(project.path, "agents/evil.agent.mjs"));
    const { stdout } = await project.call("agents --json");
    const { agents, problems }: { agents: readonly { readonly from: string }[]; problems: readonly object[] } =
      JSON.parse(stdout);
    expect([agents.filter(({ from }) => from !== "built in").length, problems]).toEqual([2, []]);
  });

  test("does not look out of the project", async () => {
    using project = createProject({ "orchestr8.config.json": '{ "agents": ["../*.ts"] }' });
    expect((await project.call("agents")).stderr).toContain(
      'Cannot look for "../*.ts": a pattern must stay in the project',
    );
  });
});

describe("orchestr8 workflows", () => {
  test("lists what runs by id, wherever in the project it is asked", async () => {
    using project = createProject(good);
    const { exitCode, stdout } = await project.call("workflows --json", "agents");
    expect({ exitCode, document: JSON.parse(stdout) }).toMatchObject({
      exitCode: 0,
      document: {
        workflows: [
          { id: "greet", version: "1.0.0", steps: 1, from: join(project.path, "workflows/greet.o8.json") },
          { id: "sing", version: "1.0.0", steps: 2 },
        ],
        problems: [],
      },
    });
  });

  test("refuses an id to both of two that differ, but takes two spellings of one", async () => {
    using project = createProject({
      ...good,
      "workflows/again.o8.json": calling("greet", "@test/greeter"),
      "workflows/other.o8.json": calling("sing", "@test/singer"),
    });
    const { stdout, stderr, exitCode } = await project.call("workflows");
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/greet +1\.0\.0 +workflows\/again\.o8\.json/);
    expect(stderr).toContain(
      'Cannot register workflow "sing" of "workflows/other.o8.json": "workflows/sing.workflow.ts" has this id, too',
    );
  });
});

describe("a workflow of a project", () => {
  test.each([
    ["run greet", { said: "hello" }],
    ["run sing", { said: "hello", inline: "inline" }],
    ["run workflows/greet.o8.json", { said: "hello" }],
  ])("runs with the project's agents: %s", async (line, output) => {
    using project = createProject(good);
    const { stdout } = await project.call(`${line} --json --quiet`);
    expect(JSON.parse(stdout)).toMatchObject({ status: "completed", output });
  });

  test("is run as a child by its id", async () => {
    const parent = JSON.stringify({
      version: "1.0.0",
      metadata: { id: "parent", name: "Parent" },
      steps: [{ id: "child", workflow: { id: "greet" } }],
      output: "${steps.child.output.said}",
    });
    using project = createProject({ ...good, "workflows/parent.o8.json": parent });
    const { stdout } = await project.call("run parent --json --quiet");
    expect(JSON.parse(stdout)).toMatchObject({ status: "completed", output: "hello" });
  });

  test("is found by nearly its id", async () => {
    using project = createProject(good);
    const { exitCode, stderr } = await project.call("run gret");
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      'error: Cannot run "gret": it is no workflow file, and the ids of the project are "greet", "sing"\n  fix: use "greet"\n',
    );
  });

  test("runs although another agent is broken, which is said", async () => {
    using project = createProject({ ...good, "agents/a.agent.ts": 'throw new Error("on purpose");' });
    const { stdout, stderr } = await project.call("run workflows/greet.o8.json --json --quiet");
    expect(JSON.parse(stdout)).toMatchObject({ status: "completed" });
    expect(stderr).toContain('Cannot load agents of "agents/a.agent.ts": on purpose');
  });

  test("runs no code of the project for a JSON file that names built-in agents alone", async () => {
    using project = createProject({
      "agents/a.agent.mjs": 'throw new Error("on purpose");',
      "flow.o8.json": JSON.stringify({
        version: "1.0.0",
        metadata: { id: "flow", name: "Flow" },
        steps: [{ id: "hi", agent: { id: "@orchestr8/hello-world" }, input: { message: "Hi" } }],
      }),
    });
    const { exitCode, stderr } = await project.call("run flow.o8.json");
    expect([exitCode, stderr.includes("on purpose")]).toEqual([0, false]);
  });

  test("cannot name a file as its agent", async () => {
    using project = createProject({ ...good, "workflows/path.o8.json": calling("path", "../agents/greeter.agent.ts") });
    const { exitCode, stderr } = await project.call("run workflows/path.o8.json");
    expect(exitCode).toBe(4);
    expect(stderr).toContain("AGENT_UNKNOWN");
  });
});

describe("orchestr8 validate", () => {
  test("checks all workflows of the project when it is told none", async () => {
    using project = createProject({
      ...good,
      "agents/a.agent.ts": 'throw new Error("on purpose");',
      "workflows/wrong.o8.json": calling("wrong", "@test/nobody"),
    });
    const { exitCode, stdout } = await project.call("validate --json");
    expect(exitCode).toBe(4);
    const { files }: { files: readonly { file: string; valid: boolean }[] } = JSON.parse(stdout);
    expect(files.map(({ file, valid }) => [file, valid])).toEqual([
      ["workflows/greet.o8.json", true],
      ["workflows/sing.workflow.ts", true],
      ["workflows/wrong.o8.json", false],
      ["agents/a.agent.ts", false],
    ]);
  });

  test("reports two agents of one id", async () => {
    using project = createProject({ ...good, "agents/too.agent.ts": agent("greeter", "hi") });
    const { exitCode, stderr } = await project.call("validate workflows/greet.o8.json");
    expect(exitCode).toBe(4);
    expect(stderr).toContain('"agents/too.agent.ts" has an agent of this id, too');
  });
});
