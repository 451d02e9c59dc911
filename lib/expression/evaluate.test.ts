import { describe, expect, test } from "bun:test";
import type { JsonValue } from "../json.ts";
import type { Expression, Reference } from "../workflow.ts";
import { evaluate, evaluateCondition, type Scope } from "./evaluate.ts";
import { referenceText, valueAt } from "./reference.ts";

const input: JsonValue = {
  name: "tide",
  zero: 0,
  empty: "",
  no: false,
  nothing: null,
  list: [1, 2, { deep: true }],
  map: { a: 1 },
};
const scope: Scope = { resolve: ({ root, path }) => (root === "input" ? valueAt(input, path) : undefined) };

const value = (literal: JsonValue): Expression => ({ kind: "value", value: literal });
const ref = (...path: (string | number)[]): Reference => ({ kind: "reference", root: "input", path });
const orElse = (left: Expression, right: Expression): Expression => ({ kind: "default", left, right });
const compare = (
  left: Expression,
  operator: "==" | "!=" | "<" | "<=" | ">" | ">=" | "in",
  right: Expression,
): Expression => ({
  kind: "comparison",
  operator,
  left,
  right,
});
const call = (
  name: "length" | "exists" | "startsWith" | "endsWith" | "join" | "json",
  ...args: Expression[]
): Expression => ({
  kind: "call",
  name,
  arguments: args,
});

describe("evaluate()", () => {
  test.each<[string, Expression, JsonValue]>([
    ["a literal", value([1, { a: null }]), [1, { a: null }]],
    ["a path through objects and arrays", ref("list", 2, "deep"), true],
    ["the default of a missing path", orElse(ref("nope", "deeper"), value("d")), "d"],
    ["the default of null", orElse(ref("nothing"), value("d")), "d"],
    ["the first value of a chain of defaults", orElse(orElse(ref("nope"), ref("nothing")), ref("name")), "tide"],
    ["zero, which needs no default", orElse(ref("zero"), value(9)), 0],
    ["empty text, which needs no default", orElse(ref("empty"), value("d")), ""],
    ["false, which needs no default", orElse(ref("no"), value(true)), false],
    ["deep equality whatever the order of keys", compare(value({ a: 1, b: [2] }), "==", value({ b: [2], a: 1 })), true],
    ["inequality across types", compare(value(1), "!=", value("1")), true],
    ["an order of numbers", compare(value(2), "<", value(10)), true],
    ["an order of texts", compare(value("2"), "<=", value("10")), false],
    ["membership in an array", compare(value({ deep: true }), "in", ref("list")), true],
    ["a key of an object", compare(value("a"), "in", ref("map")), true],
    ["no inherited key of an object", compare(value("toString"), "in", ref("map")), false],
    ["a part of a text", compare(value("id"), "in", ref("name")), true],
    [
      "and, which does not look at its right side when the left is false",
      { kind: "and", left: value(false), right: ref("nope") },
      false,
    ],
    [
      "or, which does not look at its right side when the left is true",
      { kind: "or", left: value(true), right: ref("nope") },
      true,
    ],
    ["not", { kind: "not", operand: value(false) }, true],
    ["length of a text", call("length", ref("name")), 4],
    ["length of an array", call("length", ref("list")), 3],
    ["length of an object", call("length", ref("map")), 1],
    ["exists of a missing path", call("exists", ref("nope", 0)), false],
    ["exists of null", call("exists", ref("nothing")), false],
    ["exists of false", call("exists", ref("no")), true],
    ["startsWith", call("startsWith", ref("name"), value("ti")), true],
    ["endsWith", call("endsWith", ref("name"), value("ti")), false],
    ["join with a separator", call("join", value(["a", 1, true]), value(" · ")), "a · 1 · true"],
    ["join without one", call("join", value(["a", "b"])), "a,b"],
    ["json", call("json", ref("map")), '{"a":1}'],
  ])("gives %s", (_, expression, expected) => {
    expect(evaluate(expression, scope)).toEqual(expected);
  });

  test.each<[string, Expression, string]>([
    ["a missing path", ref("map", "b"), "EXPR_PATH_NOT_FOUND"],
    ["an index of an object", ref("map", 0), "EXPR_PATH_NOT_FOUND"],
    ["an array's length as a path", ref("list", "length"), "EXPR_PATH_NOT_FOUND"],
    ["a prototype", ref("map", "__proto__"), "EXPR_PATH_NOT_FOUND"],
    ["a constructor", ref("constructor"), "EXPR_PATH_NOT_FOUND"],
    ["a method of a text", ref("name", "toString"), "EXPR_PATH_NOT_FOUND"],
    ["a number as a condition", { kind: "not", operand: value(0) }, "EXPR_TYPE_MISMATCH"],
    ["an order of a number and a text", compare(value(1), "<", value("2")), "EXPR_TYPE_MISMATCH"],
    ["membership in a number", compare(value(1), "in", value(2)), "EXPR_TYPE_MISMATCH"],
    ["length of a number", call("length", value(1)), "EXPR_TYPE_MISMATCH"],
    ["join of objects", call("join", value([{}])), "EXPR_TYPE_MISMATCH"],
    ["join of a text", call("join", value("ab")), "EXPR_TYPE_MISMATCH"],
    ["startsWith of a number", call("startsWith", value(1), value("1")), "EXPR_TYPE_MISMATCH"],
  ])("refuses %s", (_, expression, code) => {
    expect(() => evaluate(expression, scope)).toThrow(expect.objectContaining({ name: "ExpressionError", code }));
  });

  test("names the reference it cannot resolve and how to cover it", () => {
    expect(() => evaluate(ref("list", 2, "a-b", "c d"), scope)).toThrow(
      'Cannot resolve "input.list[2].a-b["c d"]": there is no such value; add a default with "?? …" if it may be absent',
    );
  });

  test("bounds the text that functions make, also where they nest", () => {
    const tooLarge = expect.objectContaining({ name: "ExpressionError", code: "EXPR_TOO_LARGE" });
    const text = (length: number): Expression => value("x".repeat(length));
    expect(evaluate(call("json", text(65_534)), scope)).toHaveLength(65_536);
    expect(() => evaluate(call("json", text(65_535)), scope)).toThrow(tooLarge);
    expect(evaluate(call("join", value(["", ""]), text(65_536)), scope)).toHaveLength(65_536);
    expect(() => evaluate(call("join", value(["", "", ""]), text(32_769)), scope)).toThrow(tooLarge);
    const nested = Array.from({ length: 60 }).reduce<Expression>((inner) => call("json", inner), value("'\""));
    expect(() => evaluate(call("length", nested), scope)).toThrow(tooLarge);
  });

  test("takes a condition's boolean and nothing like it", () => {
    expect(evaluateCondition(ref("no"), scope)).toBe(false);
    expect(() => evaluateCondition(ref("name"), scope)).toThrow("Cannot use a string as a condition");
  });
});

describe("referenceText()", () => {
  test("writes a reference as the language does", () => {
    const reference: Reference = { kind: "reference", root: "steps", path: ["a_b", "output", "x-y", 0, 'say "hi"'] };
    expect(referenceText(reference)).toBe(String.raw`steps.a_b.output.x-y[0]["say \"hi\""]`);
  });
});
