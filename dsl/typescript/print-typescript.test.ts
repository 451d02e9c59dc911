import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as fc from "fast-check";
import * as language from "../../lib/index.ts";
import { canonicalJson } from "../../lib/workflow-hash.ts";
import type { FileWorkflow, Workflow } from "../../lib/workflow.ts";
import { parseWorkflow } from "../compile.ts";
import { arbitraryWorkflow } from "../fixtures/arbitrary-workflow.ts";
import { projectFiles } from "../project-files.ts";
import { printTypeScript } from "./print-typescript.ts";

const root = resolve(import.meta.dir, "../..");
const fixtures = join(root, "dsl/fixtures");
const publish = parseWorkflow(readFileSync(join(root, "dsl/fixtures/publish.o8.json"), "utf8"));

/** Runs `publish.o8.json` as a child. */
function readShip(): Workflow {
  const name = "ship.o8.json";
  const path = join(fixtures, name);
  return parseWorkflow(readFileSync(path, "utf8"), { file: name, files: projectFiles(path, { root: fixtures, name }) });
}

/** The files that lie where a printed module is loaded. */
type Files = readonly FileWorkflow[];

const filesOf = ({ steps }: Workflow): Files =>
  steps.flatMap((step) => (step.kind === "workflow" && "definition" in step.workflow ? [step.workflow] : []));

/** What a printed module exports. It holds no types, so it runs once import and export are spelled for a function. */
function load(module: string, files: Files = []): Workflow {
  const body = module
    .replaceAll("import.meta.url", '"file:///flow.ts"')
    .replace(/^import (\{[^}]*\}) from "orchestr8";/, "const $1 = orchestr8;")
    .replace("export default", "return");
  // oxlint-disable-next-line typescript/no-implied-eval -- as many modules as files would take minutes
  const run = new Function("orchestr8", body) as (exports: typeof language) => { readonly workflow: Workflow };
  const workflowFile = (name: string): FileWorkflow | undefined => files.find(({ file }) => file === name);
  return run(Object.assign({}, language, { workflowFile })).workflow;
}

function stepsOf(steps: readonly object[]): Workflow {
  return parseWorkflow(JSON.stringify({ version: "1.0.0", metadata: { id: "w", name: "w" }, steps }));
}

/** The lines of the `steps` function. */
function printed(steps: readonly object[]): readonly string[] {
  const workflow = stepsOf(steps);
  const module = printTypeScript(workflow);
  expect(canonicalJson(load(module))).toBe(canonicalJson(workflow));
  const lines = module.split("\n").map((line) => line.trim());
  return lines.slice(lines.indexOf("steps: ({ step }) => {") + 1, -3);
}

const hello = { id: "@acme/hello" };

describe("printTypeScript()", () => {
  test("gives modules whose workflows are equal, for 1,000 workflows of every construct", () => {
    fc.assert(
      fc.property(arbitraryWorkflow(), (given) => {
        expect(canonicalJson(load(printTypeScript(given), filesOf(given)))).toBe(canonicalJson(given));
      }),
      { numRuns: 1_000 },
    );
  }, 180_000);

  test("refers to steps by their handles, and gives a variable only to those that are referred to", () => {
    expect(
      printed([
        { id: "find-it", agent: hello, input: { n: 1 } },
        { id: "use", agent: hello, input: "${steps.find-it.output.items[0].title ?? 'none'}" },
        { id: "last", agent: hello, dependencies: ["find-it"] },
      ]),
    ).toEqual([
      'const findIt = step("find-it", { agent: "@acme/hello", input: { n: 1 } });',
      'step("use", { agent: "@acme/hello", input: findIt.output.items[0].title.default("none") });',
      'step("last", { agent: "@acme/hello", input: {}, dependsOn: [findIt] });',
    ]);
  });

  test("names a step that is defined later by its id", () => {
    expect(
      printed([
        { id: "first", agent: hello, input: "${steps.later.output}", dependencies: ["last"] },
        { id: "later", agent: hello, onError: "fallback", fallbackStepId: "spare" },
        { id: "spare", agent: hello },
        { id: "last", agent: hello },
      ]),
    ).toEqual([
      'step("first", { agent: "@acme/hello", input: expression("steps.later.output"), dependsOn: ["last"] });',
      'step("later", { agent: "@acme/hello", input: {}, fallback: "spare" });',
      'step("spare", { agent: "@acme/hello", input: {} });',
      'step("last", { agent: "@acme/hello", input: {} });',
    ]);
  });

  test("keeps out of the way of names that mean something", () => {
    expect(
      printed([
        { id: "step", agent: hello },
        { id: "class", agent: hello, dependencies: ["step"] },
        { id: "text", agent: hello, input: "a ${steps.class.output}`\\$${x}" },
        { id: "stepStep", agent: hello, dependencies: ["text"] },
        { id: "end", agent: hello, dependencies: ["stepStep"] },
      ]),
    ).toEqual([
      'const stepStep = step("step", { agent: "@acme/hello", input: {} });',
      'const classStep = step("class", { agent: "@acme/hello", input: {}, dependsOn: [stepStep] });',
      // oxlint-disable-next-line no-template-curly-in-string -- the code itself
      'const textStep = step("text", { agent: "@acme/hello", input: text`a ${classStep.output}\\`\\\\\\${x}` });',
      'const stepStepStep = step("stepStep", { agent: "@acme/hello", input: {}, dependsOn: [textStep] });',
      'step("end", { agent: "@acme/hello", input: {}, dependsOn: [stepStepStep] });',
    ]);
  });

  describe("as a file", () => {
    const flows = { publish, ship: readShip() };
    let folder = "";
    beforeAll(() => {
      folder = mkdtempSync(join(root, "bench", ".snippets-"));
      for (const [name, flow] of Object.entries(flows)) {
        writeFileSync(join(folder, `${name}.ts`), printTypeScript(flow));
        copyFileSync(join(fixtures, `${name}.o8.json`), join(folder, `${name}.o8.json`));
      }
      writeFileSync(
        join(folder, "tsconfig.json"),
        JSON.stringify({ extends: "../../tsconfig.json", include: ["*.ts"] }),
      );
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test.each(["publish", "ship"] as const)("is formatted, and gives %s again, also its files", async (name) => {
      const module: { readonly default: language.WorkflowDefinition } = await import(join(folder, `${name}.ts`));
      expect(module.default.workflow).toEqual(flows[name]);
      const text = printTypeScript(flows[name]);
      const oxfmt = [join(root, "node_modules/.bin/oxfmt"), "--stdin-filepath", "examples/flow.workflow.ts"];
      expect(Bun.spawnSync(oxfmt, { cwd: root, stdin: Buffer.from(text) }).stdout.toString()).toBe(text);
    });

    test("compiles", () => {
      const tsc = Bun.spawnSync([join(root, "node_modules/.bin/tsc"), "-p", folder], { cwd: root });
      expect({ output: tsc.stdout.toString(), exitCode: tsc.exitCode }).toEqual({ output: "", exitCode: 0 });
    }, 180_000);
  });
});
