import { afterAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseWorkflow } from "../../dsl/compile.ts";
import { workflowHash } from "../../lib/workflow-hash.ts";
import { cli } from "../fixtures/fake-context.ts";
import { createTestFolder } from "../fixtures/test-folder.ts";

const examples = resolve(import.meta.dir, "../../examples");
const json = join(examples, "hello-world/hello-world.o8.json");
const module = join(examples, "hello-world/hello-world.workflow.ts");
const hash = workflowHash(parseWorkflow(readFileSync(json, "utf8")));

const folder = createTestFolder();
const cwd = folder.path;
afterAll(() => folder[Symbol.dispose]());

describe("orchestr8 print", () => {
  test("prints a module as JSON, and JSON as a module, without loss", async () => {
    const asJson = await cli(["print", module], { cwd });
    expect(asJson).toMatchObject({ exitCode: 0, stderr: "" });
    expect(workflowHash(parseWorkflow(asJson.stdout))).toBe(hash);

    const asModule = await cli(["print", json], { cwd });
    expect(asModule).toMatchObject({ exitCode: 0, stderr: "" });
    const lib = resolve(import.meta.dir, "../../lib/index.ts");
    const back = folder.write("back.workflow.ts", asModule.stdout.replace('"orchestr8"', JSON.stringify(lib)));
    expect(await cli(["print", back], { cwd })).toEqual(asJson);
  });

  test("prints the spelling that is asked for, whatever the file has", async () => {
    const canonical = await cli(["print", json, "--to", "json"], { cwd });
    expect(canonical).toEqual(await cli(["print", module, "--to", "json"], { cwd }));
    expect(await cli(["print", module, "--to", "typescript"], { cwd })).toEqual(await cli(["print", json], { cwd }));
  });

  test("prints what names agents that are not here", async () => {
    const file = folder.writeModule("stranger.ts", 'step("x", { agent: "@test/nobody", input: {} });');
    const { exitCode, stdout } = await cli(["print", file], { cwd });
    expect({ exitCode, steps: JSON.parse(stdout).steps }).toEqual({
      exitCode: 0,
      steps: [{ id: "x", agent: { id: "@test/nobody" } }],
    });
  });

  test("prints nothing of a file with errors, and shows them", async () => {
    const file = folder.write("broken.o8.json", '{ "version": "1.0.0", "steps": [] }');
    const { exitCode, stdout, stderr } = await cli(["print", file], { cwd });
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: "" });
    expect(stderr).toEndWith('error: Cannot print "broken.o8.json": it has 2 errors\n');
  });
});
