import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { workflowHash } from "../lib/workflow-hash.ts";
import type { Workflow } from "../lib/workflow.ts";
import { compile, type Compilation } from "./compile.ts";
import { defineWorkflow } from "./define.ts";
import { definitionFiles } from "./definition-files.ts";
import { InvalidWorkflowError } from "./invalid-workflow-error.ts";
import { agents, document, marked, shopStep } from "./fixtures/shop.ts";
import { printWorkflow } from "./print.ts";
import { projectFiles, projectRoot } from "./project-files.ts";
import type { StepHandle } from "./step-options.ts";
import { workflowFile } from "./workflow-file.ts";
import { workflowFilePath } from "./workflow-files.ts";

let outside = "";
let root = "";
beforeAll(() => {
  outside = mkdtempSync(join(tmpdir(), "o8-files-"));
  root = join(outside, "project");
  mkdirSync(join(root, "deep"), { recursive: true });
});
afterAll(() => rmSync(outside, { recursive: true }));

const write = (name: string, text: string): void => writeFileSync(join(root, name), text);
const runs = (file: string, rest = ""): string => `    { "id": "c", "workflow": { "file": "${file}" }${rest} }`;

/** Compiles a file of the project, as the command line does in its folder. */
function load(name: string, text: string): Compilation {
  write(name, text);
  const files = projectFiles(join(root, name), { root, name, agents });
  return compile(text, { file: name, agents, files });
}

/** Each diagnostic with its file and what it underlines. */
function places({ diagnostics, texts }: Compilation, own: string): readonly unknown[] {
  return diagnostics.map(({ code, file, range }) => {
    if (range === undefined) throw new Error("no range");
    const text = texts?.get(file) ?? own;
    return [code, file, range.start.line, range.start.column, text.slice(range.start.offset, range.end.offset)];
  });
}

const child = document(
  shopStep("a"),
  `, "input": { "type": "object", "properties": { "topic": { "type": "string" } }, "required": ["topic"], "additionalProperties": false },
     "output": { "title": "\${steps.a.output.items[0].title}", "kind": "found" }`,
);

describe("a step that runs a file", () => {
  test("holds the file's workflow, and prints as the file", () => {
    write("child.o8.json", child);
    const text = document(runs("deep/.././child.o8.json", `, "input": { "topic": "x" }`));
    const { workflow, diagnostics } = load("parent.o8.json", text);
    expect(diagnostics).toEqual([]);
    const definition = compile(child, { agents }).workflow;
    expect(workflow?.steps[0]).toMatchObject({ kind: "workflow", workflow: { file: "./child.o8.json", definition } });
    if (workflow === undefined) throw new Error("no workflow");
    const printed = printWorkflow(workflow);
    expect(printed).toContain('"file": "./child.o8.json"');
    expect(load("parent.o8.json", printed).workflow).toEqual(workflow);
    const files = definitionFiles(workflow, agents);
    expect(compile(printed, { agents, files })).toMatchObject({ diagnostics: [], workflow });
  });

  test("gives its workflow another hash when the file changes", () => {
    const hashes = ["one", "two"].map((title) => {
      write("child.o8.json", child.replace('"found"', `"${title}"`));
      return workflowHash(
        load("parent.o8.json", document(runs("./child.o8.json", `, "input": { "topic": "x" }`))).workflow!,
      );
    });
    expect(new Set(hashes).size).toBe(2);
  });

  test("is checked with the file's input schema and the shape of its output", () => {
    write("child.o8.json", child);
    const { text, places: expected } = marked(
      document(
        `${runs("./child.o8.json", `, "input": { "topic": «7», «"tpic"»: "x" }`)},\n` +
          `    { "id": "b", "agent": { "id": "@test/shop" }, "input": { "query": "\${steps.c.output.«titel»} \${steps.c.output.title}" } }`,
      ),
    );
    expect(places(load("parent.o8.json", text), text)).toEqual([
      ["WORKFLOW_INPUT", "parent.o8.json", ...(expected[0] ?? [])],
      ["WORKFLOW_INPUT", "parent.o8.json", ...(expected[1] ?? [])],
      ["REFERENCE_EXCLUDED", "parent.o8.json", ...(expected[2] ?? [])],
    ]);
  });

  test("knows the outputs of the file's steps where the file says nothing of its output", () => {
    const steps = `${shopStep("a")},\n${shopStep("maybe", `, "condition": "input.go == true"`)}`;
    write("child.o8.json", document(steps));
    const read = (path: string) =>
      load("parent.o8.json", document(runs("./child.o8.json"), `, "output": "\${steps.c.output.${path}}"`)).diagnostics;
    expect(read("a")).toEqual([]);
    expect(read("maybe").map(({ code }) => code)).toEqual(["REFERENCE_MAY_BE_ABSENT"]);
    expect(read("b").map(({ code, fix }) => [code, fix])).toEqual([["REFERENCE_EXCLUDED", 'use one of "a", "maybe"']]);
  });

  test("reports what is wrong with the file, in the file, once", () => {
    const broken = marked(document(shopStep("a", `, «"polices"»: {}`)));
    write("deep/broken.o8.json", broken.text);
    const twice = `${runs("./deep/broken.o8.json")},\n${runs("./deep/broken.o8.json").replace('"c"', '"d"')}`;
    const text = document(twice);
    const compilation = load("parent.o8.json", text);
    expect(compilation.workflow).toBeUndefined();
    expect(places(compilation, text)).toEqual([
      ["WORKFLOW_FILE", "parent.o8.json", 5, 40, '"./deep/broken.o8.json"'],
      ["WORKFLOW_FILE", "parent.o8.json", 6, 40, '"./deep/broken.o8.json"'],
      ["SCHEMA_UNKNOWN_KEY", "deep/broken.o8.json", ...(broken.places[0] ?? [])],
    ]);
  });

  test("passes on the warnings of files", () => {
    write("child.o8.json", document(shopStep("a"), `, "output": "\${steps.a.output.note}"`));
    const { workflow, diagnostics } = load("parent.o8.json", document(runs("./child.o8.json")));
    expect(diagnostics).toMatchObject([{ severity: "warning", file: "child.o8.json" }]);
    expect(workflow).toBeDefined();
  });

  test("is refused in a cycle, which is named", () => {
    write("deep/b.o8.json", document(runs("../a.o8.json")));
    const text = document(runs("./deep/b.o8.json"));
    const messages = load("a.o8.json", text).diagnostics.map(({ code, file, message }) => [code, file, message]);
    expect(messages).toEqual([
      ["WORKFLOW_FILE", "a.o8.json", 'The workflow in "./deep/b.o8.json" has errors'],
      [
        "WORKFLOW_CYCLE",
        "deep/b.o8.json",
        "Workflow files run each other without end: a.o8.json -> deep/b.o8.json -> a.o8.json",
      ],
    ]);
    const self = load("self.o8.json", document(runs("./self.o8.json")));
    expect(self.diagnostics).toMatchObject([
      { code: "WORKFLOW_CYCLE", message: "Workflow files run each other without end: self.o8.json -> self.o8.json" },
    ]);
  });

  test("may be named by several steps, and be run by what it is beside", () => {
    write("leaf.o8.json", document(shopStep("a")));
    write("left.o8.json", document(runs("./leaf.o8.json")));
    const steps = ["left", "leaf", "leaf"].map((name, index) =>
      runs(`./${name}.o8.json`).replace('"c"', `"c${index}"`),
    );
    const { workflow, diagnostics } = load("top.o8.json", document(steps.join(",\n")));
    expect({ diagnostics, steps: workflow?.steps.length }).toEqual({ diagnostics: [], steps: 3 });
  });

  test.each<readonly [string, string, string, string]>([
    ["that is not there", "WORKFLOW_FILE", "./leef.o8.json", 'There is no file "./leef.o8.json"'],
    [
      "above the project",
      "WORKFLOW_FILE",
      "../outside.o8.json",
      'The file "../outside.o8.json" is outside of the project',
    ],
    [
      "that a link leads out of the project to",
      "WORKFLOW_FILE",
      "./link.json",
      'The file "./link.json" is outside of the project',
    ],
    [
      "that a link leads to in a folder",
      "WORKFLOW_FILE",
      "./up/outside.o8.json",
      'The file "./up/outside.o8.json" is outside of the project',
    ],
    ["that is a folder", "WORKFLOW_FILE", "./folder.json", '"folder.json" is no file'],
    ["at an absolute path", "SCHEMA_VALUE", "/etc/x.json", '"file" must be a path'],
    ["at an address", "SCHEMA_VALUE", "file:///x.json", '"file" must be a path'],
    ["in another spelling", "SCHEMA_VALUE", ".\\\\x.json", '"file" must be a path'],
    ["of another kind", "SCHEMA_VALUE", "./x.ts", '"file" must be a path'],
  ])("is refused for a file %s", (_what, code, file, message) => {
    write("leaf.o8.json", document(shopStep("a")));
    writeFileSync(join(outside, "outside.o8.json"), document(shopStep("a")));
    for (const [to, from] of [
      ["../outside.o8.json", "link.json"],
      ["..", "up"],
    ] as const) {
      rmSync(join(root, from), { force: true });
      symlinkSync(to, join(root, from));
    }
    mkdirSync(join(root, "folder.json"), { recursive: true });
    const text = document(runs(file));
    const { diagnostics, workflow } = load("parent.o8.json", text);
    expect(workflow).toBeUndefined();
    expect(diagnostics).toMatchObject([{ code, file: "parent.o8.json", range: { start: { line: 5, column: 40 } } }]);
    expect(diagnostics[0]?.message).toContain(message);
    if (file === "./leef.o8.json") expect(diagnostics[0]?.fix).toBe('did you mean "./leaf.o8.json"?');
  });

  test("is refused where there is no folder, and beside an id", () => {
    const { text, places: expected } = marked(document(runs("./x.json").replace(/"file": ("[^"]*")/, '"file": «$1»')));
    expect(places(compile(text, { file: "f" }), text)).toEqual([["WORKFLOW_FILE", "f", ...(expected[0] ?? [])]]);
    write("leaf.o8.json", document(shopStep("a")));
    const both = document(`    { "id": "c", "workflow": { "id": "x", "file": "./leaf.o8.json" } }`);
    expect(load("parent.o8.json", both).diagnostics).toMatchObject([
      { code: "SCHEMA_CONFLICTING_KEY", message: '"file" cannot stand beside "id": a step runs one workflow' },
    ]);
    expect(load("parent.o8.json", document(`    { "id": "c", "workflow": {} }`)).diagnostics).toMatchObject([
      { code: "SCHEMA_MISSING_KEY", range: { start: { line: 5, column: 30 } } },
    ]);
  });

  test("is refused when its files stand for too many steps, however few the files are", () => {
    write("f0.o8.json", document(shopStep("a")));
    for (let level = 1; level <= 30; level++) {
      const file = `./f${level - 1}.o8.json`;
      write(`f${level}.o8.json`, document(`${runs(file)},\n${runs(file).replace('"c"', '"d"')}`));
    }
    const { diagnostics } = load("many.o8.json", document(runs("./f30.o8.json")));
    const messages = diagnostics.map(({ message }) => message);
    expect(messages).toContain("With those of its files the workflow has more than 10000 steps");
  });
});

describe("workflowFilePath()", () => {
  test.each([
    ["child.json", "./child.json"],
    ["./a/../b//./c.o8.json", "./b/c.o8.json"],
    ["../x.json", "../x.json"],
    ["a/../../x.json", "../x.json"],
    ["/x.json", undefined],
    ["x.ts", undefined],
    ["", undefined],
  ])("writes %j as %j", (given, expected) => {
    expect(workflowFilePath(given)).toBe(expected as string);
  });
});

describe("projectRoot()", () => {
  test("is the folder for what is in it, and the file's own otherwise", () => {
    expect(projectRoot("/p/a/x.json", "/p")).toBe("/p");
    expect(projectRoot("/q/a/x.json", "/p")).toBe("/q/a");
    expect(projectRoot("/project/x.json", "/p")).toBe("/project");
  });
});

describe("workflowFile()", () => {
  const from = (): string => pathToFileURL(join(root, "module.ts")).href;

  function define(file: string): Workflow {
    write("module.ts", "");
    const { workflow } = defineWorkflow({
      id: "w",
      name: "W",
      version: "1.0.0",
      steps: ({ step }) => {
        const run = step("c", { workflow: workflowFile(file, from()), input: { topic: "x" } });
        expectTypeOf(run).toEqualTypeOf<StepHandle<unknown>>();
      },
    });
    return workflow;
  }

  test("gives a step the same data as in a file", () => {
    write("child.o8.json", child);
    const workflow = define("child.o8.json");
    const file = load("parent.o8.json", document(runs("./child.o8.json", `, "input": { "topic": "x" }`)));
    expect(workflow).toEqual(file.workflow!);
    expect(workflowHash(workflow)).toBe(workflowHash(file.workflow!));
  });

  test("says what is wrong at once", () => {
    write("broken.o8.json", "{}");
    expect(() => define("broken.o8.json")).toThrow(InvalidWorkflowError);
    expect(() => define("gone.o8.json")).toThrow('There is no file "./gone.o8.json"');
    expect(() => define("child.ts")).toThrow('Cannot read workflow file "child.ts": it must be a path to a .json file');
  });

  test("brings files that are checked again with the agents there are", () => {
    write("child.o8.json", document(`    { "id": "a", "agent": { "id": "@test/none" } }`));
    const workflow = define("child.o8.json");
    const { diagnostics } = compile(printWorkflow(workflow), { agents, files: definitionFiles(workflow, agents) });
    expect(diagnostics.map(({ code, file }) => [code, file])).toEqual([
      ["WORKFLOW_FILE", "workflow.o8.json"],
      ["AGENT_UNKNOWN", "./child.o8.json"],
    ]);
  });
});
