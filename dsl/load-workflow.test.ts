import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseWorkflow } from "./compile.ts";
import { loadWorkflow, type WorkflowFile } from "./load-workflow.ts";
import { projectFiles } from "./project-files.ts";

const folder = join(import.meta.dir, "fixtures");
const path = join(folder, "ship.o8.json");
const publish = parseWorkflow(readFileSync(join(folder, "publish.o8.json"), "utf8"));
const imported: WorkflowFile = JSON.parse(readFileSync(path, "utf8"));
const agents = ["@acme/pack", "@acme/label"].map((id) => ({ id, version: "1.0.0", execute: () => null }));

describe("loadWorkflow()", () => {
  test("runs the files that steps name, once it is told where they are", () => {
    expect(() => loadWorkflow(imported, { agents })).toThrow("A workflow that comes from no file cannot name one");
    const files = projectFiles(path, { root: folder, name: "ship.o8.json" });
    const { workflow } = loadWorkflow(imported, { agents, files });
    expect(workflow.steps.at(-1)).toMatchObject({ workflow: { file: "./publish.o8.json", definition: publish } });
  });
});
