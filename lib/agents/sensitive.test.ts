import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import * as v from "valibot";
import type { JsonSchema } from "../json.ts";
import { redact, sensitivePaths } from "./sensitive.ts";

const secret = { type: "string", "x-sensitive": true } as const;

function shown(schema: JsonSchema, value: Parameters<typeof redact>[0]): unknown {
  return redact(value, sensitivePaths(schema));
}

describe("redact()", () => {
  const cases: [string, JsonSchema, Parameters<typeof redact>[0], unknown][] = [
    ["a property", { properties: { key: secret } }, { key: "k", other: 1 }, { key: "[redacted]", other: 1 }],
    ["a whole value", secret, { any: ["thing"] }, "[redacted]"],
    [
      "an object as a whole",
      { properties: { auth: { "x-sensitive": true } } },
      { auth: { a: 1 } },
      { auth: "[redacted]" },
    ],
    [
      "null and false too",
      { properties: { a: secret, b: secret } },
      { a: null, b: false },
      { a: "[redacted]", b: "[redacted]" },
    ],
    [
      "items",
      { properties: { users: { items: { properties: { password: secret } } } } },
      { users: [{ password: "p" }, { name: "n" }] },
      { users: [{ password: "[redacted]" }, { name: "n" }] },
    ],
    ["an item by position only", { prefixItems: [true, secret], items: {} }, ["a", "b", "c"], ["a", "[redacted]", "c"]],
    [
      "draft-07 tuples",
      { items: [{}, secret], additionalItems: secret },
      ["a", "b", "c"],
      ["a", "[redacted]", "[redacted]"],
    ],
    [
      "properties without a name, but not those with one",
      { properties: { id: {} }, additionalProperties: secret },
      { id: "1", token: "t" },
      { id: "1", token: "[redacted]" },
    ],
    ["pattern properties", { patternProperties: { "^x-": secret } }, { "x-key": "k" }, { "x-key": "[redacted]" }],
    [
      "local references",
      { properties: { key: { $ref: "#/$defs/a~1b" } }, $defs: { "a/b": secret } },
      { key: "k" },
      { key: "[redacted]" },
    ],
    [
      "every alternative",
      {
        anyOf: [{ properties: { a: secret } }, { allOf: [{ properties: { b: secret } }] }],
        // oxlint-disable-next-line unicorn/no-thenable -- the keyword of JSON Schema
        then: { properties: { c: secret } },
      },
      { a: "1", b: "2", c: "3", d: "4" },
      { a: "[redacted]", b: "[redacted]", c: "[redacted]", d: "4" },
    ],
    [
      "any depth of a recursive schema",
      { properties: { child: { $ref: "#" }, key: secret } },
      { child: { child: { child: { key: "deep" } } } },
      { child: { child: { child: { key: "[redacted]" } } } },
    ],
    [
      "a schema that refers to itself at once",
      { allOf: [{ $ref: "#" }], properties: { a: secret } },
      { a: 1 },
      { a: "[redacted]" },
    ],
    ["only `true`", { properties: { a: { "x-sensitive": "no" } } }, { a: 1 }, { a: 1 }],
  ];
  test.each(cases)("hides %s", (_name, schema, value, expected) => {
    expect(shown(schema, value)).toEqual(expected);
  });

  test("gives back the same value when there is nothing to hide, and shares what it does not change", () => {
    const schema = { properties: { a: { properties: { key: secret } } } };
    const untouched = { a: { name: "n" }, b: [1] };
    expect(shown(schema, untouched)).toBe(untouched);
    const touched = { a: { key: "k" }, b: [1] };
    expect(shown(schema, touched)).toEqual({ a: { key: "[redacted]" }, b: [1] });
    expect(touched).toEqual({ a: { key: "k" }, b: [1] });
  });

  test("never lets a marked property through, however deep the schema puts it", () => {
    const path = fc.array(fc.constantFrom("a", "b", "items"), { maxLength: 6 });
    fc.assert(
      fc.property(path, (keys) => {
        const schema = keys.reduceRight<JsonSchema>(
          (inner, key) => (key === "items" ? { items: inner } : { properties: { [key]: inner } }),
          secret,
        );
        const value = keys.reduceRight<Parameters<typeof redact>[0]>(
          (inner, key) => (key === "items" ? [inner, "kept"] : { [key]: inner, kept: 1 }),
          "hidden",
        );
        expect(JSON.stringify(shown(schema, value))).not.toContain("hidden");
      }),
    );
  });
});

describe("sensitivePaths()", () => {
  test("is empty when nothing is marked, so that hiding costs nothing", () => {
    expect(sensitivePaths({ properties: { a: { items: { type: "string" } } } })).toEqual([]);
    expect(sensitivePaths(true)).toEqual([]);
  });

  test("reads a Standard Schema through its JSON Schema, either side, and gives nothing without one", () => {
    const { "~standard": plain } = v.object({ key: v.string() });
    const marked = { properties: { key: secret } };
    const withJsonSchema = { "~standard": { ...plain, jsonSchema: { input: () => ({}), output: () => marked } } };
    expect(redact({ key: "k" }, sensitivePaths(withJsonSchema))).toEqual({ key: "[redacted]" });
    expect(sensitivePaths(v.object({ key: v.string() }))).toEqual([]);
  });

  test("gives nothing for a Standard Schema that JSON Schema cannot express", () => {
    const { "~standard": plain } = v.object({ key: v.string() });
    const jsonSchema = {
      input: () => {
        throw new Error("a transformation has no JSON Schema");
      },
      output: () => ({}),
    };
    const schema = { "~standard": { ...plain, jsonSchema } };
    expect(sensitivePaths(schema)).toEqual([]);
  });
});
