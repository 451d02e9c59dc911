import { describe, expect, expectTypeOf, test } from "bun:test";
import { builtInAgents } from "../lib/agents/built-in.ts";
import { createAgentRegistry } from "../lib/agents/registry.ts";
import { commandAgent } from "../lib/agents/command/command-agent.ts";
import { fileAgent } from "../lib/agents/file/file-agent.ts";
import { httpAgent } from "../lib/agents/http/http-agent.ts";
import { compile } from "./compile.ts";
import { defineWorkflow } from "./define.ts";
import type { Ref } from "./typed-value.ts";

const agents = createAgentRegistry(builtInAgents);

function reports(steps: readonly object[], output: unknown = {}): readonly string[] {
  const input = {
    type: "object",
    properties: { names: { type: "array", items: { type: "string" } }, count: { type: "number" } },
    required: ["names", "count"],
    additionalProperties: false,
  };
  const text = JSON.stringify({ version: "1.0.0", metadata: { id: "w", name: "W" }, input, steps, output });
  return compile(text, { agents }).diagnostics.map(({ code, message }) => `${code}: ${message}`);
}

const transform = (id: string, input: unknown, more: object = {}): object => ({
  id,
  agent: { id: "@orchestr8/transform" },
  input,
  ...more,
});
const hello = (message: string): object => ({
  id: "hello",
  agent: { id: "@orchestr8/hello-world" },
  input: { message },
});

describe("the output of @orchestr8/transform", () => {
  test("has the type of the step's input", () => {
    const made = transform("made", { first: "${input.names[0]}", total: "${input.count}" });
    expect(reports([made, hello("${steps.made.output.first}")])).toEqual([]);
    expect(reports([made, hello("${steps.made.output.total}")])).toEqual([
      'AGENT_INPUT: "message" gives number, and the agent wants string',
    ]);
    expect(reports([made, hello("${steps.made.output.fist}")])).toEqual([
      'REFERENCE_EXCLUDED: The schema of the output of step "made" has no "fist"',
    ]);
  });

  test("is a list for each item, of the type that one has", () => {
    const each = transform("each", { name: "${item}" }, { forEach: { items: "input.names" } });
    expect(reports([each, hello("${steps.each.output[0].name}")])).toEqual([]);
    expect(reports([each, hello("${steps.each.output}")])).toEqual([
      'AGENT_INPUT: "message" gives array, and the agent wants string',
    ]);
  });

  test("is read through any number of them, in whatever order they stand", () => {
    const chain = Array.from({ length: 3_000 }, (_, index) =>
      transform(`s${index}`, index === 0 ? "${input.count}" : `\${steps.s${index - 1}.output}`),
    );
    expect(reports([...chain, hello("${steps.s2999.output}")])).toHaveLength(1);
    // Nothing is told of what comes too late, which is no error.
    expect(reports([hello("${steps.s2999.output}"), ...chain.toReversed()])).toEqual([]);
  });

  test("is unknown where steps wait for each other", () => {
    const circle = [transform("a", "${steps.b.output}"), transform("b", "${steps.a.output}")];
    expect(reports(circle).map((report) => report.split(":", 1)[0])).toEqual(["STEP_CYCLE"]);
  });
});

describe("steps that call built-in agents", () => {
  test("have typed outputs, and inputs in which any part may be a reference", () => {
    const { workflow } = defineWorkflow({
      id: "w",
      name: "W",
      version: "1.0.0",
      steps: ({ step }) => {
        const got = step("get", { agent: httpAgent, input: { url: "https://example.com/", query: { a: 1 } } });
        expectTypeOf(got.output.status).toExtend<Ref<number>>();
        step("post", {
          agent: httpAgent,
          input: {
            method: "POST",
            url: got.output.url,
            body: { json: { id: got.output.body.id, all: got.output.body } },
          },
        });
        const ran = step("run", { agent: commandAgent, input: { program: "x", args: [got.output.url] } });
        expectTypeOf(ran.output.exitCode).toExtend<Ref<number>>();
        step("keep", { agent: fileAgent, input: { write: "out.txt", content: ran.output.stderr } });
        // @ts-expect-error -- no such method
        step("wrong", { agent: httpAgent, input: { method: "FETCH", url: "" } });
      },
    });
    expect(workflow.steps.map(({ id }) => id)).toEqual(["get", "post", "run", "keep", "wrong"]);
  });

  test("are checked in files, too", () => {
    const http = (input: object): object => ({ id: "get", agent: { id: "@orchestr8/http" }, input });
    expect(reports([http({ url: "https://example.com/", body: { json: 1, text: "x" } })])).toEqual([
      'AGENT_INPUT: "body" must have at most 1 properties',
    ]);
    expect(reports([http({ url: "https://example.com/" }), hello("${steps.get.output.status}")])).toEqual([
      'AGENT_INPUT: "message" gives integer, and the agent wants string',
    ]);
    expect(reports([http({ url: "https://example.com/" }), hello("${steps.get.output.body.a[0].b}")])).toEqual([]);
    expect(
      reports([{ ...http({ url: "x" }), agent: { id: "@orchestr8/http", config: { allow: ["127.0.0.1"] } } }]),
    ).toEqual(['AGENT_CONFIG: "@orchestr8/http" is configured by its operator, not by a step']);
  });
});
