import { describe, expect, test } from "bun:test";
import { builtInAgents } from "../lib/agents/built-in.ts";
import { createAgentRegistry } from "../lib/agents/registry.ts";
import { compile } from "./compile.ts";

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
