import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { compile } from "../compile.ts";
import { complete, hover, problems } from "../fixtures/editor.ts";
import { marked } from "../fixtures/shop.ts";
import { stepDocs } from "./step-docs.ts";

const example = readFileSync(new URL("../../examples/hello-world/hello-world.o8.json", import.meta.url), "utf8");
const guide = readFileSync(new URL("../../docs/editors.md", import.meta.url), "utf8");

/** The example, with more in its first step. */
const inStep = (fields: string): string => example.replace('"id": "greeting",', `"id": "greeting", ${fields}`);
/** The example, with more at its end. */
const atEnd = (fields: string): string => example.replace(/\n\}\n$/, `,\n${fields}\n}\n`);
/** The example, with another first step. */
const step = (text: string): string => example.replace(/"steps": \[/, `"steps": [\n    ${text},`);

const agent = `"agent": { "id": "@orchestr8/hello-world" }`;

describe("an editor with the published schema", () => {
  test("finds the schema by the line in the example, which means nothing else", async () => {
    expect(await problems(example.replace("workflow.v1.json", "workflow.v9.json"))).toEqual([
      ['"../../dist/schema/workflow.v9.json"', expect.stringContaining("there is no such file")],
    ]);
    const { workflow, diagnostics } = compile(example.replace(/ {2}"\$schema".*\n/, ""));
    expect({ workflow, diagnostics }).toEqual(compile(example));
  });

  test("finds nothing wrong in the example", async () => {
    expect(await problems(example)).toEqual([]);
  });

  test("offers the keys of a step that are not there yet, each with what it is for", async () => {
    const offers = await complete(inStep("|"));
    const present = new Set(["id", "agent", "input"]);
    const others = Object.keys(stepDocs.properties ?? {}).filter((key) => !present.has(key));
    expect(new Set(offers.map(({ label }) => label))).toEqual(new Set(others));
    expect(offers.filter(({ text = "" }) => text === "")).toEqual([]);
    expect(offers.find(({ label }) => label === "condition")).toEqual({
      label: "condition",
      text: "An expression without `${` and `}`. When it is false, the step is skipped.",
      inserts: '"condition": $1,',
    });
  });

  test("offers the four values of onError, each with what it means", async () => {
    const offers = await complete(inStep(`"onError": |,`));
    expect(offers.map(({ label }) => label).toSorted()).toEqual(['"continue"', '"fail"', '"fallback"', '"retry"']);
    expect(offers.find(({ label }) => label === '"continue"')?.text).toStartWith("The run goes on.");
  });

  test("offers policies as snippets that start with the engine's defaults", async () => {
    const offers = await complete(inStep(`"policies": { | },`));
    const labels = ["timeout", "retry", "circuitBreaker", "bulkhead", "rateLimit"];
    expect(offers.map(({ label }) => label)).toEqual(expect.arrayContaining(labels));
    expect(offers.find(({ label }) => label === "retry")?.inserts).toBe(
      '"retry": {\n\t"maxAttempts": ${1:3},\n\t"baseDelay": "${2:1s}"\n}',
    );
    const fields = await complete(inStep(`"policies": { "retry": { | } },`));
    expect(fields.find(({ label }) => label === "maxElapsed")?.inserts).toBe('"maxElapsed": "${1:90s}"');
  });

  test.each([
    ["a new file", "|", ["Workflow"]],
    [
      "the steps",
      example.replace('"steps": [', '"steps": [|,'),
      ["Call an agent", "Run a workflow", "Wait for a signal"],
    ],
    ["a wait", step(`{ "id": "w", "wait": | }`), ["For a time", "Until a moment", "For a signal"]],
  ])("offers a start for %s", async (_what, text, labels) => {
    expect((await complete(text)).map(({ label }) => label)).toEqual(labels);
  });

  test("knows JSON Schema inside of input", async () => {
    const text = example.replace('"input": {', '"input": { |,');
    expect((await complete(text)).map(({ label }) => label)).toContain("required");
    expect(await problems(example.replace('"type": "string"', '"type": "strnig"'))).toEqual([
      ['"strnig"', expect.stringContaining('Valid values: "array"')],
    ]);
  });

  test.each([
    [
      "a key, its default too",
      inStep(`"policies": { "time|out": "5s" },`),
      'Limit for one attempt: milliseconds, or text such as `30s`. A step that runs a workflow has none unless it says so. Default: `"30s"`.',
    ],
    [
      "a key whose value is a part of its own",
      inStep(`"policies": { "ret|ry": {} },`),
      "How failed attempts are tried again\\. A step that runs a workflow makes 1 attempt unless it says so\\.",
    ],
    [
      "a value of a list",
      inStep(`"onError": "con|tinue",`),
      'What happens when the step has failed for good. Default: `"fail"`.\n\n`continue`: The run goes on. The step has no output, so whoever reads it needs a default after `??`.',
    ],
  ])("shows what it is for: %s", async (_what, text, shown) => {
    expect(await hover(text)).toBe(shown);
  });

  test.each([
    ["an unknown key", inStep(`«"dependecies"»: [],`), "Property dependecies is not allowed."],
    ["an unknown key at the top", atEnd(`  «"step"»: []`), "Property step is not allowed."],
    ["a wrong type", inStep(`"dependencies": «"greeting"»,`), 'Incorrect type. Expected "array".'],
    [
      "a wrong value",
      inStep(`"onError": «"ignore"»,`),
      'Value is not accepted. Valid values: "fail", "continue", "fallback", "retry".',
    ],
    [
      "a wrong duration",
      inStep(`"policies": { "timeout": «"30 s"» },`),
      'Must be a duration above 0 such as 500, "30s" or "5m", up to 24 days',
    ],
    [
      "a number out of bounds",
      inStep(`"policies": { "retry": { "maxAttempts": «0» } },`),
      "Value is below the minimum of 1.",
    ],
    [
      "a missing version",
      example.replace("{\n", "«{»\n").replace(/ {2}"version".*\n/, ""),
      'Missing property "version".',
    ],
    ["a version that is none", example.replace('"1.0.0"', '«"1.0"»'), 'Must be a semantic version such as "1.0.0"'],
    ["a step that does nothing", step(`«{» "id": "x" }`), 'Missing property "agent".'],
    [
      "a step that does two things",
      inStep(`«"wait"»: { "for": "1s" },`).replace('"input": { "message": "Hello" }', '"name": "x"'),
      'Cannot stand beside "agent": a step does one thing',
    ],
    [
      "a wait for two things",
      step(`{ "id": "w", "wait": { "for": "1s", «"signal"»: "x" } }`),
      'Cannot stand beside "for": a step waits for one thing',
    ],
    [
      "a timeout of no signal",
      step(`{ "id": "w", "wait": { "for": "1s", «"timeout"»: "1m" } }`),
      'Cannot stand beside "for": only waiting for a signal can take too long',
    ],
    [
      "an input of a wait",
      step(`{ "id": "w", "wait": { "for": "1s" }, «"input"»: {} }`),
      'Cannot stand beside "wait": the step calls nothing',
    ],
    [
      "a policy that does nothing",
      step(`{ "id": "c", "workflow": { "id": "x" }, "policies": { «"bulkhead"»: {} } }`),
      "Does nothing here: the step runs a workflow and calls no agent itself; set it in the steps of that workflow",
    ],
    [
      "a fallback that is not used",
      inStep(`«"fallbackStepId"»: "deliver",`),
      'The fallback never runs: "onError" is not "fallback"',
    ],
    ["a comment", example.replace("{\n", "{ «// why»\n"), "Comments are not permitted in JSON."],
  ])("underlines %s", async (_what, source, message) => {
    const { text, places } = marked(source);
    expect(await problems(text)).toEqual(places.map(([, , underlined]) => [underlined, message]));
    // The compiler puts the same problem in the same place.
    const compiled = compile(text).diagnostics.map(({ range }) => text.slice(range?.start.offset, range?.end.offset));
    expect(compiled).toContain(places[0]?.[2] ?? "");
  });

  test("says each thing that the guide says", async () => {
    const rows = [...guide.matchAll(/^\| `("[^`]+)`[^|]*\| (.+?) +\|$/gm)];
    expect(rows).toHaveLength(6);
    for (const [, fields = "", message] of rows) {
      expect((await problems(inStep(`${fields},`))).map(([, said]) => said)).toEqual([message]);
    }
  });

  test("shows on hovering what the guide says", async () => {
    const [, quoted] = /`onError` shows "(.+?)",/.exec(guide.replaceAll("\n", " ")) ?? [];
    expect(await hover(inStep(`"on|Error": "retry",`))).toStartWith(quoted ?? "not in the guide");
  });

  test("misses a fallback in its step, where the compiler points to what asks for it", async () => {
    const { text, places } = marked(step(`«{» "id": "x", ${agent}, "onError": «"fallback"» }`));
    expect(await problems(text)).toEqual([["{", 'Missing property "fallbackStepId".']]);
    expect(compile(text).diagnostics).toMatchObject([
      { code: "FALLBACK_MISSING", range: { start: { line: places[1]?.[0], column: places[1]?.[1] } } },
    ]);
  });

  test("leaves expressions to the compiler", async () => {
    const text = example.replace("${input.name}", "${input.name ==}");
    expect(await problems(text)).toEqual([]);
    expect(compile(text).diagnostics).toMatchObject([{ code: "EXPRESSION_SYNTAX" }]);
  });
});
