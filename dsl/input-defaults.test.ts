import { describe, expect, expectTypeOf, test } from "bun:test";
import * as v from "valibot";
import { defineAgent } from "../lib/agents/define-agent.ts";
import { createAgentRegistry } from "../lib/agents/registry.ts";
import { run } from "../lib/engine/run.ts";
import { compile, parseWorkflow } from "./compile.ts";
import { defineWorkflow } from "./define.ts";
import { definitionFiles } from "./definition-files.ts";
import { diagnose, document, options, shopStep } from "./fixtures/shop.ts";
import { printWorkflow } from "./print.ts";
import type { ExpressionValue } from "./typed-value.ts";

const schema = `{ "type": "object", "definitions": { "lang": { "type": "string", "default": "en" } }, "properties": {
    "user": { "type": "object", "default": {}, "properties": { "lang": { "$ref": "#/definitions/lang" }, "name": { "type": "string" } } } } }`;
const reading = (path: string): string =>
  document(
    `    { "id": "a", "agent": { "id": "@test/shop" }, "input": { "query": "\${input.${path}}" } }`,
    `, "input": ${schema}`,
  );

describe("defaults of an input schema in a document", () => {
  test("make what they fill present, and nothing else", () => {
    expect(diagnose(reading("user.lang"))).toEqual([]);
    expect(diagnose(reading("user.name")).map(([code]) => code)).toEqual(["REFERENCE_MAY_BE_ABSENT"]);
    expect(diagnose(reading("user.lnag")).map(([code]) => code)).toEqual(["REFERENCE_EXCLUDED"]);
    const workflow = parseWorkflow(reading("user.lang"), options);
    expect(parseWorkflow(printWorkflow(workflow), options)).toEqual(workflow);
  });

  test("count for literal input of agents and of files", () => {
    const picky = defineAgent({
      id: "@test/picky",
      version: "1.0.0",
      input: {
        type: "object",
        properties: { query: { type: "string" }, unit: { type: "string", default: "km" } },
        required: ["query", "unit"],
      },
      execute: () => null,
    });
    const agents = createAgentRegistry([picky]);
    const codes = (input: string): readonly string[] =>
      compile(document(`    { "id": "a", "agent": { "id": "@test/picky" }, "input": ${input} }`), {
        agents,
      }).diagnostics.map(({ code }) => code);
    expect(codes(`{ "query": "x" }`)).toEqual([]);
    expect(codes(`{ "query": "\${execution.id}" }`)).toEqual([]);
    expect(codes(`{ "unit": "\${execution.id}" }`)).toEqual(["AGENT_INPUT"]);
    const required = schema.replace('"properties": {\n', '"required": ["user"], "properties": {\n');
    const definition = parseWorkflow(document(shopStep("a"), `, "input": ${required}`), options);
    const step = { kind: "workflow", workflow: { file: "./c.json", definition } } as const;
    const parent = {
      ...definition,
      steps: [
        { ...step, id: "c", input: { kind: "literal", value: {} }, dependencies: [], onError: "fail", policies: {} },
      ],
    } as const;
    const files = definitionFiles(parent, options.agents);
    expect(compile(printWorkflow(parent), { agents: options.agents, files }).diagnostics).toEqual([]);
  });
});

describe("defaults of an input schema in defineWorkflow()", () => {
  test("are present in the type of the input, not required of the caller, and filled in", async () => {
    const workflow = defineWorkflow({
      id: "w",
      version: "1.0.0",
      input: v.object({ topic: v.string(), depth: v.optional(v.number(), 3) }),
      steps: ({ input, step }) => {
        expectTypeOf(input.depth).toExtend<ExpressionValue<number>>();
        return step("a", { run: (given) => given, input: { depth: input.depth } }).output;
      },
    });
    expectTypeOf<NonNullable<(typeof workflow)["types"]>["input"]>().toEqualTypeOf<{
      topic: string;
      depth?: number | undefined;
    }>();
    expect(await run(workflow, { input: { topic: "tides" } })).toMatchObject({ output: { depth: 3 } });
  });
});
