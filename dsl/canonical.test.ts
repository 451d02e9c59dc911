import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import type { JsonValue } from "../lib/json.ts";
import type { AgentStep, Expression, Template, WaitStep, WorkflowStep } from "../lib/workflow.ts";
import { foldTemplate, presentFields, stepOrderedDependencies } from "./canonical.ts";

const reference: Expression = { kind: "reference", root: "steps", path: ["a", "output"] };
const literal = (value: JsonValue): Template => ({ kind: "literal", value });
const text = (...parts: readonly (string | Expression)[]): Template => ({ kind: "text", parts });
const value = (constant: JsonValue): Expression => ({ kind: "value", value: constant });

/** The template that says the same as `data`, with nothing folded. */
function unfolded(data: JsonValue): Template {
  if (typeof data !== "object" || data === null) return literal(data);
  if (Array.isArray(data)) return { kind: "array", items: data.map(unfolded) };
  const entries = Object.entries(data).map(([key, entry]: [string, JsonValue]) => [key, unfolded(entry)]);
  return { kind: "object", entries: Object.fromEntries(entries) };
}

describe("foldTemplate()", () => {
  const cases: [string, Template, Template][] = [
    ["a constant expression", { kind: "expression", expression: value([1]) }, literal([1])],
    ["a text of strings", text("a", "", "b", value("c")), literal("abc")],
    ["neighbouring and empty strings", text("", "a", "b", reference, "", "c"), text("ab", reference, "c")],
    ["an empty text", text(), literal("")],
    [
      "constants beside expressions",
      { kind: "array", items: [unfolded({ a: [1] }), { kind: "expression", expression: reference }] },
      { kind: "array", items: [literal({ a: [1] }), { kind: "expression", expression: reference }] },
    ],
  ];
  test.each(cases)("folds %s", (_name, template, expected) => {
    expect(foldTemplate(template)).toEqual(expected);
  });

  test("keeps a text of one expression a text, because it gives a string", () => {
    expect(foldTemplate(text("", reference))).toEqual(text(reference));
  });

  test("keeps a number in a text, whose spelling is the evaluator's", () => {
    expect(foldTemplate(text("a", value(1)))).toEqual(text("a", value(1)));
  });

  test("makes one literal of any data without expressions, also with hostile keys", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        const data: JsonValue = JSON.parse(JSON.stringify(json));
        expect(foldTemplate(unfolded(data))).toEqual(literal(data));
      }),
    );
    const hostile: JsonValue = JSON.parse('{ "__proto__": { "a": 1 } }');
    expect(JSON.stringify(foldTemplate(unfolded(hostile)))).toBe('{"kind":"literal","value":{"__proto__":{"a":1}}}');
  });
});

describe("stepOrderedDependencies()", () => {
  const step = (id: string): Expression => ({ kind: "reference", root: "steps", path: [id, "output"] });
  const positions = new Map(["a", "b", "c", "d", "e", "f", "g", "h", "i"].map((id, index) => [id, index]));

  test("finds a reference wherever one can be, once, in the order of the steps", () => {
    const full: AgentStep = {
      kind: "agent",
      id: "i",
      agent: { id: "@test/a", config: { kind: "array", items: [{ kind: "expression", expression: step("h") }] } },
      input: {
        kind: "object",
        entries: {
          text: { kind: "text", parts: ["x", step("g")] },
          call: { kind: "expression", expression: { kind: "call", name: "join", arguments: [step("f"), value(",")] } },
          fallback: { kind: "expression", expression: { kind: "default", left: step("e"), right: step("b") } },
        },
      },
      dependencies: ["unknown", "c", "b", "c"],
      condition: {
        kind: "and",
        left: { kind: "not", operand: step("d") },
        right: { kind: "comparison", operator: "in", left: step("a"), right: { ...reference, root: "input" } },
      },
      onError: "fail",
      policies: { circuitBreaker: { target: { kind: "expression", expression: step("c") } } },
    };
    expect(stepOrderedDependencies(full, positions)).toEqual(["a", "b", "c", "d", "e", "f", "g", "h", "unknown"]);
  });

  test("finds what a repeated step with items and a compensation refers to, but itself", () => {
    const full: WorkflowStep = {
      kind: "workflow",
      id: "i",
      workflow: { id: "child" },
      input: literal({}),
      dependencies: [],
      forEach: { items: step("d") },
      repeat: { until: { kind: "not", operand: step("b") }, maxIterations: 2 },
      compensate: {
        agent: { id: "@test/a", config: { kind: "expression", expression: step("c") } },
        input: {
          kind: "array",
          items: [step("i"), step("a")].map((expression) => ({ kind: "expression", expression })),
        },
      },
      onError: "fail",
      policies: {},
    };
    expect(stepOrderedDependencies(full, positions)).toEqual(["a", "b", "c", "d"]);
  });

  test("finds what a wait refers to", () => {
    const full = (wait: WaitStep["wait"]): WaitStep => ({
      kind: "wait",
      id: "i",
      wait,
      dependencies: ["b"],
      condition: step("c"),
      onError: "fail",
      policies: {},
    });
    const until = full({ kind: "until", time: { kind: "text", parts: ["2026-03-01T", step("a")] } });
    expect(stepOrderedDependencies(until, positions)).toEqual(["a", "b", "c"]);
    expect(stepOrderedDependencies(full({ kind: "duration", ms: 1 }), positions)).toEqual(["b", "c"]);
  });
});

describe("presentFields()", () => {
  test("leaves out what is undefined and keeps every other value", () => {
    const fields = { a: undefined, b: null, c: false, d: 0, e: "" };
    expect(Object.entries(presentFields<Partial<typeof fields>>(fields))).toEqual([
      ["b", null],
      ["c", false],
      ["d", 0],
      ["e", ""],
    ]);
  });
});
