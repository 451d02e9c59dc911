import { describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { cli } from "./fixtures/fake-context.ts";
import { leaveExecution } from "./fixtures/left-execution.ts";
import { createTestFolder } from "./fixtures/test-folder.ts";

const workflowFile = join(import.meta.dir, "../dsl/workflow-file.ts");

const workflow = (id: string, steps: readonly object[], rest: object = {}): string =>
  JSON.stringify({ version: "1.0.0", metadata: { id, name: id }, ...rest, steps }, null, 2);
const hello = (message: string): object => ({
  id: "hello",
  agent: { id: "@orchestr8/hello-world" },
  input: { message },
});
const leaf = workflow("leaf", [hello("Hello from ${input.from}")], {
  input: { type: "object", properties: { from: { type: "string", default: "a leaf" } } },
  output: { said: "${steps.hello.output.result}" },
});
const runs = (id: string, file: string): object => ({ id, workflow: { file } });

describe("orchestr8 with workflows in files", () => {
  test("runs what a file of a file says, relative to each", async () => {
    using folder = createTestFolder();
    const cwd = folder.path;
    mkdirSync(join(cwd, "parts"));
    folder.write("parts/leaf.o8.json", leaf);
    folder.write("parts/middle.o8.json", workflow("middle", [runs("leaf", "./leaf.o8.json")]));
    folder.write("top.o8.json", workflow("top", [runs("middle", "parts/middle.o8.json")]));
    const { exitCode, stdout } = await cli(["run", "top.o8.json", "--json", "--quiet"], { cwd });
    expect({ exitCode, view: JSON.parse(stdout) }).toMatchObject({
      exitCode: 0,
      view: { output: { middle: { leaf: { said: "Hello from a leaf" } } } },
    });
    expect((await cli(["validate", "top.o8.json"], { cwd })).stderr).toContain("top.o8.json is valid");
  });

  test("shows what is wrong in a file with a frame of that file", async () => {
    using folder = createTestFolder();
    const cwd = folder.path;
    folder.write("leaf.o8.json", leaf.replace("@orchestr8/hello-world", "@orchestr8/helo-world"));
    folder.write("top.o8.json", workflow("top", [runs("leaf", "./leaf.o8.json")]));
    for (const command of ["run", "validate"]) {
      const { exitCode, stderr } = await cli([command, "top.o8.json"], { cwd });
      expect(exitCode).toBe(4);
      expect(stderr).toMatch(
        /top\.o8\.json:\d+:\d+ error WORKFLOW_FILE The workflow in "\.\/leaf\.o8\.json" has errors/,
      );
      expect(stderr).toMatch(/leaf\.o8\.json:\d+:\d+ error AGENT_UNKNOWN/);
      expect(stderr).toMatch(/ \| +"id": "@orchestr8\/helo-world"\n/);
    }
    const { stdout } = await cli(["validate", "top.o8.json", "--json"], { cwd });
    const { files }: { files: { diagnostics: { file: string }[] }[] } = JSON.parse(stdout);
    expect(files[0]?.diagnostics.map(({ file }) => file)).toEqual(["top.o8.json", "leaf.o8.json"]);
  });

  test("looks at files without their agents, and shows what is wrong in one with a frame of it", async () => {
    using folder = createTestFolder();
    const cwd = folder.path;
    folder.write("top.o8.json", workflow("top", [runs("leaf", "./leaf.o8.json")]));
    const stranger = leaf.replace("@orchestr8/hello-world", "@test/nobody");
    folder.write("leaf.o8.json", stranger);
    for (const command of ["print", "graph", "types"]) {
      expect(await cli([command, "top.o8.json"], { cwd })).toMatchObject({ exitCode: 0 });
    }
    expect((await cli(["graph", "top.o8.json"], { cwd })).stdout).toContain("workflow leaf (./leaf.o8.json)");
    folder.write("leaf.o8.json", stranger.replace('"input": {', '"inputt": {'));
    for (const command of ["print", "graph", "types"]) {
      const { exitCode, stderr } = await cli([command, "top.o8.json"], { cwd });
      expect(exitCode).toBe(4);
      expect(stderr).toMatch(/leaf\.o8\.json:\d+:\d+ error SCHEMA_UNKNOWN_KEY/);
      expect(stderr).toMatch(/ \| +"inputt": \{\n/);
    }
  });

  test("goes on in another process with the files as they were", async () => {
    using folder = createTestFolder();
    const cwd = folder.path;
    const waiting = [
      { id: "wait", wait: { signal: "go" } },
      { ...hello("before"), dependencies: ["wait"] },
    ];
    folder.write("leaf.o8.json", workflow("leaf", waiting));
    folder.write("top.o8.json", workflow("top", [runs("leaf", "./leaf.o8.json")]));
    let child = "";
    const id = await leaveExecution(cwd, "top.o8.json", {
      until: async (_execution, engine) => {
        const listed = await engine.journal.list({ children: true });
        const found = listed.find(({ parentId }) => parentId !== undefined);
        child = found?.executionId ?? "";
        return found?.status === "waiting";
      },
    });
    folder.write("leaf.o8.json", "no workflow any more");
    await cli(["signal", child, "go"], { cwd });
    const { exitCode, stdout } = await cli(["resume", id, "--json", "--quiet"], { cwd });
    expect({ exitCode, view: JSON.parse(stdout) }).toMatchObject({
      exitCode: 0,
      view: { output: { leaf: { hello: { result: "before" } } } },
    });
  });

  test("runs a file that a module names", async () => {
    using folder = createTestFolder();
    const cwd = folder.path;
    folder.write("leaf.o8.json", leaf);
    folder.write(
      "top.ts",
      `import { defineWorkflow } from ${JSON.stringify(join(import.meta.dir, "../dsl/define.ts"))};
       import { workflowFile } from ${JSON.stringify(workflowFile)};
       const leaf = workflowFile("./leaf.o8.json", import.meta.url);
       export default defineWorkflow({ id: "top", version: "1.0.0", steps: ({ step }) =>
         step("leaf", { workflow: leaf, input: { from: "a module" } }).output });`,
    );
    const { exitCode, stdout } = await cli(["run", "top.ts", "--json", "--quiet"], { cwd });
    expect({ exitCode, view: JSON.parse(stdout) }).toMatchObject({
      exitCode: 0,
      view: { output: { said: "Hello from a module" } },
    });
  });
});
