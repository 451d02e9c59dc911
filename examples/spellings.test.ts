import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseWorkflow, printTypeScript, printWorkflow, workflowHash, type WorkflowDefinition } from "orchestr8";

const files = readdirSync(import.meta.dir, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".o8.json"))
  .map((name) => name.slice(0, -".o8.json".length));

function fromJson(name: string) {
  return parseWorkflow(readFileSync(join(import.meta.dir, `${name}.o8.json`), "utf8"));
}

async function load(path: string): Promise<WorkflowDefinition> {
  const module: { readonly default: WorkflowDefinition } = await import(path);
  return module.default;
}

describe.each(files)("the example %s", (name) => {
  const module = join(import.meta.dir, `${name}.workflow.ts`);

  test("has a TypeScript spelling of the same hash", async () => {
    expect(existsSync(module)).toBe(true);
    const { workflow } = await load(module);
    expect(workflowHash(workflow)).toBe(workflowHash(fromJson(name)));
  });

  test("prints as JSON and as TypeScript without loss", async () => {
    const workflow = fromJson(name);
    expect(parseWorkflow(printWorkflow(workflow))).toEqual(workflow);
    const printed = join(import.meta.dir, `${name}.printed.ts`);
    await Bun.write(printed, printTypeScript(workflow));
    try {
      expect((await load(printed)).workflow).toEqual(workflow);
    } finally {
      await Bun.file(printed).delete();
    }
  });
});
