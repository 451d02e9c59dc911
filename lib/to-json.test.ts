import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { JsonValue } from "./json.ts";
import { toJson } from "./to-json.ts";

const jsonWithoutProto = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('"__proto__"'));

describe("toJson()", () => {
  test("gives what JSON.stringify and JSON.parse would give", () => {
    fc.assert(
      fc.property(jsonWithoutProto, (value) => {
        expect(toJson(value, Infinity).value).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 2_000 },
    );
  });

  test("gives a frozen copy, so that its maker cannot change it afterwards", () => {
    const made = { list: [{ a: 1 }] };
    const { value } = toJson(made, Infinity);
    made.list.push({ a: 2 });
    expect(value).toEqual({ list: [{ a: 1 }] });
    expect(() => Object.assign(value as object, { more: 1 })).toThrow(TypeError);
  });

  test.each<[string, unknown, unknown]>([
    ["undefined as null", undefined, null],
    ["undefined in an array as null", [undefined], [null]],
    ["a key without a value as no key", { a: undefined, b: 1 }, { b: 1 }],
    ["a date as its text", { at: new Date(0) }, { at: "1970-01-01T00:00:00.000Z" }],
    ["an object without a prototype", Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  ])("takes %s", (_, value, expected) => {
    expect(toJson(value, Infinity).value).toEqual(expected as JsonValue);
  });

  const cycle: unknown[] = [];
  cycle.push(cycle);
  test.each<[string, unknown, string]>([
    ["a function", () => 1, "it holds a function"],
    ["a symbol", { a: Symbol("s") }, "it holds a symbol"],
    ["a bigint", [1n], "it holds a bigint"],
    ["NaN", Number.NaN, "it holds the number NaN"],
    ["Infinity", [Infinity], "it holds the number Infinity"],
    ["a cycle", cycle, "nested deeper than 512 levels, or a cycle"],
    ["a map", { a: new Map() }, "it holds a Map"],
    ["an own __proto__ key", JSON.parse('{"__proto__": {"admin": true}}'), 'with the key "__proto__"'],
  ])("refuses %s", (_, value, message) => {
    expect(() => toJson(value, Infinity)).toThrow(message);
  });

  test("stops at the size limit instead of copying on", () => {
    expect(() => toJson({ text: "x".repeat(100) }, 100)).toThrow(
      expect.objectContaining({
        code: "VALUE_TOO_LARGE",
        message: "Cannot keep a value as JSON: it is larger than 100 characters",
      }),
    );
  });
});
