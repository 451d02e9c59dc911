import { describe, expect, test } from "bun:test";
import type { JsonSchema } from "../json.ts";
import { withDefaults } from "./with-defaults.ts";

describe("withDefaults()", () => {
  const schema: JsonSchema = {
    properties: {
      tone: { default: "plain" },
      limit: { $ref: "#/$defs/limit" },
      nested: { properties: { on: { default: true } } },
      list: { items: { properties: { n: { default: 0 } } } },
    },
    allOf: [{ properties: { lang: { default: "en" } } }],
    $defs: { limit: { default: 10 } },
  };

  test("fills what is missing, also in nested objects, items, references and allOf", () => {
    expect(withDefaults(schema, { nested: {}, list: [{}, { n: 2 }] })).toEqual({
      tone: "plain",
      limit: 10,
      nested: { on: true },
      list: [{ n: 0 }, { n: 2 }],
      lang: "en",
    });
  });

  test("leaves the value that it was given alone", () => {
    const value = Object.freeze({ nested: Object.freeze({}) });
    withDefaults(schema, value);
    expect(value).toEqual({ nested: {} });
  });

  test("gives back the same value when nothing is missing, and null and false are there", () => {
    const value = { tone: null, limit: false, nested: { on: 0 }, list: [{ n: "" }], lang: "" };
    expect(withDefaults(schema, value)).toBe(value);
  });

  test("does not invent an object that is missing itself, and leaves other types alone", () => {
    expect(withDefaults({ properties: { nested: { properties: { on: { default: 1 } } } } }, {})).toEqual({});
    expect([withDefaults(schema, "text"), withDefaults(schema, null), withDefaults(true, [1])]).toEqual([
      "text",
      null,
      [1],
    ]);
  });

  test("goes past a reference that leads nowhere in the schema", () => {
    const elsewhere = { allOf: [{ properties: { a: { default: 1 } } }, { $ref: "#anchor" }, { $ref: "#/none/%E0" }] };
    expect(withDefaults(elsewhere, {})).toEqual({ a: 1 });
  });

  test("ends for schemas that refer to themselves, and never touches a prototype", () => {
    const recursive = { $ref: "#", properties: { self: { $ref: "#", default: {} } } };
    expect(withDefaults(recursive, {})).toEqual({ self: {} });
    const hostile: JsonSchema = JSON.parse('{ "properties": { "__proto__": { "default": { "polluted": true } } } }');
    expect(Object.getPrototypeOf(withDefaults(hostile, {}))).toBe(Object.prototype);
  });

  test("fills what a default leaves out, wherever the default stands", () => {
    const user = { properties: { lang: { default: "en" } } };
    expect(withDefaults({ properties: { user: { ...user, default: {} } } }, {})).toEqual({ user: { lang: "en" } });
    const referring = {
      properties: { user: { $ref: "#/$defs/user" }, list: { items: user, default: [{}, { lang: "de" }] } },
      $defs: { user: { ...user, default: { name: "Ada" } } },
    };
    expect(withDefaults(referring, {})).toEqual({
      user: { name: "Ada", lang: "en" },
      list: [{ lang: "en" }, { lang: "de" }],
    });
  });

  test("fills the values of other properties, and items by their position", () => {
    const on = { properties: { on: { default: true } } };
    const map = { properties: { own: {} }, additionalProperties: on };
    expect(withDefaults(map, { own: {}, a: {}, b: { on: false }, c: 7 })).toEqual({
      own: {},
      a: { on: true },
      b: { on: false },
      c: 7,
    });
    expect(withDefaults({ ...map, patternProperties: { "^a": {} } }, { a: {} })).toEqual({ a: {} });
    expect(withDefaults({ prefixItems: [{}, on], items: on }, [{}, {}, {}])).toEqual([{}, { on: true }, { on: true }]);
    expect(withDefaults({ items: [on], additionalItems: {} }, [{}, {}])).toEqual([{ on: true }, {}]);
  });

  test("takes no longer for a schema that refers to itself many times", () => {
    const names = Array.from({ length: 40 }, (_, index) => `p${index}`);
    const knotted = { properties: Object.fromEntries(names.map((name) => [name, { $ref: "#", default: {} }])) };
    expect(Object.keys(Object(withDefaults(knotted, {})))).toEqual(names);
  });

  test("refuses defaults without end: parts of a schema that fill each other's objects anew", () => {
    const endless = { properties: { a: { default: {} } }, allOf: [{ properties: { a: { $ref: "#/$defs/a" } } }] };
    const knot = { $ref: "#/$defs/a", $defs: { a: endless } };
    expect(() => withDefaults(knot, {})).toThrow("Cannot fill in the defaults of a schema: they have no end");
  });
});
