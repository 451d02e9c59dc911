import { describe, expect, test } from "bun:test";
import type { JsonSchema } from "../../lib/json.ts";
import { type NamedTypes, schemaType } from "./schema-type.ts";

function typeOf(schema: JsonSchema, side: "input" | "output" = "input"): Readonly<Record<string, string | undefined>> {
  const names: NamedTypes = { prefix: "Input", texts: new Map() };
  const type = schemaType(schema, { root: schema, names, side });
  return { type, ...Object.fromEntries(names.texts) };
}

describe("schemaType()", () => {
  test.each<readonly [JsonSchema, string]>([
    [true, "unknown"],
    [false, "never"],
    [{}, "unknown"],
    [{ type: ["string", "null"] }, "string | null"],
    [{ type: "integer" }, "number"],
    [{ const: "a" }, '"a"'],
    [{ enum: ["a", 1, null] }, '"a" | 1 | null'],
    [{ type: "array" }, "readonly unknown[]"],
    [{ type: "array", items: { type: ["string", "number"] } }, "readonly (string | number)[]"],
    [{ type: "array", items: [{ type: "string" }] }, "readonly [string?, ...unknown[]]"],
    [{ anyOf: [{ type: "string" }, { type: "number" }] }, "string | number"],
    [
      { allOf: [{ properties: { a: true } }, { properties: { b: { type: "string" } } }] },
      "{ readonly a?: unknown } & { readonly b?: string }",
    ],
    [{ type: "object" }, "{ readonly [key: string]: unknown }"],
    [{ type: "object", additionalProperties: { type: "number" } }, "{ readonly [key: string]: number }"],
    [{ type: "object", additionalProperties: false }, "{ readonly [key: string]: never }"],
    [
      { type: "object", properties: { "a b": { type: "string" } }, required: ["a b"], additionalProperties: true },
      '{ readonly "a b": string; readonly [key: string]: unknown }',
    ],
    [
      { properties: { a: { type: "string", description: "ends */ here\nand there" } } },
      "{ /** ends *\\/ here and there */ readonly a?: string }",
    ],
  ])("says %j", (schema, type) => {
    expect(typeOf(schema)).toEqual({ type });
  });

  test("lets a value with a default be left out of what goes in, and finds it in what comes out", () => {
    const schema = { type: "object", properties: { a: { type: "string", default: "x" } } };
    expect(typeOf(schema, "input")["type"]).toBe("{ readonly a?: string }");
    expect(typeOf(schema, "output")["type"]).toBe("{ readonly a: string }");
  });

  test("finds a default behind a reference", () => {
    const definitions = { unit: { type: "string", default: "m" } };
    const schema = { type: "object", properties: { a: { $ref: "#/definitions/unit" } }, required: ["a"], definitions };
    expect(typeOf(schema, "input")["type"]).toBe("{ readonly a?: InputUnit }");
    expect(typeOf(schema, "output")["type"]).toBe("{ readonly a: InputUnit }");
  });

  test("names what refers to itself", () => {
    const tree = { type: "object", properties: { left: { $ref: "#/definitions/tree-node" } } };
    expect(typeOf({ $ref: "#/definitions/tree-node", definitions: { "tree-node": tree } })).toEqual({
      type: "InputTreeNode",
      InputTreeNode: "{ readonly left?: InputTreeNode }",
    });
    expect(typeOf({ $ref: "https://elsewhere.example/schema" })).toEqual({ type: "unknown" });
  });
});
