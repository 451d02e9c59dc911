import { describe, expect, expectTypeOf, test } from "bun:test";
import * as v from "valibot";
import { workflowHash } from "../lib/workflow-hash.ts";
import { parseWorkflow } from "./compile.ts";
import { defineWorkflow } from "./define.ts";
import { diagnose, document, marked, options, shopStep } from "./fixtures/shop.ts";
import { equals } from "./operators.ts";
import { parseOutputPath, printOutputPath } from "./output-path.ts";
import { printWorkflow } from "./print.ts";
import type { StepHandle } from "./step-options.ts";

const titled = `{ "type": "object", "properties": { "title": { "type": "string" }, "tags": { "type": "array", "items": { "type": "object", "properties": { "name": {} } } } }, "required": ["title"], "additionalProperties": false }`;
const withOutput = (output: string, rest = ""): string => shopStep("a", `, "output": ${output}${rest}`);
const reader = (path: string): string =>
  `    { "id": "b", "agent": { "id": "@test/shop" }, "input": { "query": "\${steps.a.output${path}}" } }`;

describe("what a step of a document says of its output", () => {
  test("is read, printed, and hashed without regard to the order of its paths", () => {
    const parse = (paths: string) =>
      parseWorkflow(document(withOutput(`{ "schema": ${titled}, "redact": ${paths} }`)), options);
    const workflow = parse(`["title", "tags['name']", "title"]`);
    expect(workflow.steps[0]).toMatchObject({
      output: { schema: JSON.parse(titled), redact: [["tags", "name"], ["title"]] },
    });
    expect(parseWorkflow(printWorkflow(workflow), options)).toEqual(workflow);
    expect(workflowHash(parse(`["tags.name", "title"]`))).toBe(workflowHash(workflow));
  });

  test("says nothing when it is empty", () => {
    const without = parseWorkflow(document(shopStep("a")), options);
    expect(parseWorkflow(document(withOutput("{}")), options)).toEqual(without);
    expect(parseWorkflow(document(withOutput(`{ "redact": [] }`)), options)).toEqual(without);
  });

  test("takes the place of what the agent says", () => {
    const steps = (path: string) => `${withOutput(`{ "schema": ${titled} }`)},\n${reader(path)}`;
    expect(diagnose(document(steps(".title")))).toEqual([]);
    const { text, places } = marked(document(steps(".«items»[0].title")));
    expect(diagnose(text)).toEqual(places.map((place) => ["REFERENCE_EXCLUDED", ...place]));
    const each = `, "forEach": { "items": "input.list" }`;
    expect(diagnose(document(`${withOutput(`{ "schema": ${titled} }`, each)},\n${reader("[0].title")}`))).toEqual([]);
  });

  test("gives a step that runs a workflow a shape", () => {
    const child = `    { "id": "a", "workflow": { "id": "x" }, "output": { "schema": ${titled} } }`;
    const { text, places } = marked(document(`${child},\n${reader(".«titel»")}`));
    expect(diagnose(text)).toEqual(places.map((place) => ["REFERENCE_EXCLUDED", ...place]));
  });

  test.each<readonly [string, string, string]>([
    ["a schema that is none", "SCHEMA_VALUE", withOutput(`{ "schema": «{» "type": "text" } }`)],
    ["a path with an index", "SCHEMA_VALUE", withOutput(`{ "redact": [«"items[0]"»] }`)],
    ["an empty path", "SCHEMA_VALUE", withOutput(`{ "redact": [«""»] }`)],
    ["a path with a default", "SCHEMA_VALUE", withOutput(`{ "redact": [«"a ?? b"»] }`)],
    ["a path that leads nowhere", "REFERENCE_EXCLUDED", withOutput(`{ "redact": ["note", "«nota»"] }`)],
    ["a path that leads nowhere in items", "REFERENCE_EXCLUDED", withOutput(`{ "redact": ["items.«titel»"] }`)],
    ["an unknown key", "SCHEMA_UNKNOWN_KEY", withOutput(`{ «"hide"»: [] }`)],
    ["the output of a wait", "SCHEMA_CONFLICTING_KEY", `    { "id": "w", "wait": { "for": 1 }, «"output"»: {} }`],
  ])("is refused with %s", (_what, code, step) => {
    const { text, places } = marked(document(step));
    expect(diagnose(text)).toEqual(places.map((place) => [code, ...place]));
  });

  test("may hide what is in items, whatever lies between", () => {
    const tags = withOutput(`{ "schema": ${titled}, "redact": ["tags.name"] }`);
    const shop = shopStep("b", `, "output": { "redact": ["items.title", "note"] }`);
    expect(diagnose(document(`${tags},\n${shop}`))).toEqual([]);
  });
});

describe("parseOutputPath()", () => {
  test.each([
    ["a", ["a"]],
    ["a.b-c.d", ["a", "b-c", "d"]],
    [`["a b"].c`, ["a b", "c"]],
    [`a["x.y"]`, ["a", "x.y"]],
  ])("reads %s, and prints it again", (text, keys) => {
    expect(parseOutputPath(text)?.keys).toEqual(keys);
    expect(printOutputPath(keys)).toBe(text);
  });

  test.each(["", ".a", "a.", "a[0]", "a b", "[0]", "a.b ?? 1", "length(a)"])("refuses %j", (text) => {
    expect(parseOutputPath(text)).toBeUndefined();
  });
});

describe("output in defineWorkflow()", () => {
  test("gives the same data as in a file", () => {
    const { workflow } = defineWorkflow({
      id: "w",
      name: "W",
      version: "1.0.0",
      steps: ({ step }) => {
        const output = { schema: JSON.parse(titled), redact: ["title", "tags.name"] };
        step("a", { agent: "@test/shop", input: { query: "x" }, output });
      },
    });
    const file = document(withOutput(`{ "schema": ${titled}, "redact": ["tags.name", "title"] }`));
    expect(workflow).toEqual(parseWorkflow(file, options));
  });

  test("types the output by its schema, and is written as JSON Schema", () => {
    const { workflow } = defineWorkflow({
      id: "w",
      version: "1.0.0",
      steps: ({ step }) => {
        const schema = v.object({ title: v.string() });
        const a = step("a", {
          agent: "@test/shop",
          input: {},
          output: { schema },
          repeat: { until: (output) => equals(output.title, "done"), maxIterations: 2 },
        });
        expectTypeOf(a).toEqualTypeOf<StepHandle<{ title: string }>>();
        const run = step("r", { run: (): object => ({ loose: true }), output: { schema } });
        expectTypeOf(run).toEqualTypeOf<StepHandle<{ title: string }>>();
        const each = step("e", {
          workflow: "child",
          input: {},
          output: { schema },
          forEach: { items: [1, 2] },
        });
        expectTypeOf(each).toEqualTypeOf<StepHandle<readonly { title: string }[]>>();
        const plain = step("p", { run: () => 7 });
        expectTypeOf(plain).toEqualTypeOf<StepHandle<number>>();
        // @ts-expect-error -- the schema knows no such field
        void a.output.titel;
      },
    });
    expect(workflow.steps[0]).toMatchObject({
      output: { schema: { type: "object", properties: { title: { type: "string" } }, required: ["title"] } },
    });
  });

  test("refuses a schema that no JSON Schema says, and a path that is none", () => {
    const define = (output: { schema?: v.GenericSchema; redact?: string[] }) => (): unknown =>
      defineWorkflow({
        id: "w",
        version: "1.0.0",
        steps: ({ step }) => void step("a", { agent: "@test/shop", input: {}, output }),
      });
    expect(define({ schema: v.custom(() => true) })).toThrow(
      'Cannot define step "a" of workflow "w": its output schema is no JSON Schema',
    );
    expect(define({ redact: ["a[0]"] })).toThrow('"a[0]" in output.redact must be a path below the output');
  });
});
