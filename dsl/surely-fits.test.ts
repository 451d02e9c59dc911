import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { validatorFor } from "../lib/agents/json-schema.ts";
import type { JsonSchema, JsonValue } from "../lib/json.ts";
import type { Template } from "../lib/workflow.ts";
import { overlaps } from "./static/overlap.ts";
import { schemaType } from "./static/schema-type.ts";
import { integerType, type StaticType, stringType, unknown } from "./static/static-type.ts";
import { surelyFits } from "./surely-fits.ts";

const scalar = fc.oneof(
  fc.constantFrom<JsonSchema>(
    { type: "string" },
    { type: "boolean" },
    { type: "null" },
    { type: "integer", minimum: 0 },
    { type: "number", maximum: 3, description: "few" },
    { type: "string", minLength: 2 },
    { enum: ["a", 1] },
    {},
    true,
    false,
  ),
);
const { schema } = fc.letrec<{ schema: JsonSchema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.record({ type: fc.constant("array"), items: tie("schema") }),
    fc.record(
      {
        type: fc.constant("object"),
        properties: fc.dictionary(fc.constantFrom("a", "b", "c"), tie("schema")),
        required: fc.uniqueArray(fc.constantFrom("a", "b")),
        additionalProperties: fc.boolean(),
      },
      { requiredKeys: ["type"] },
    ),
  ),
}));
const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<JsonValue>("a", "abc", 1, 0.5, -2, true, null),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "c", "d"), tie("value")),
  ),
}));

const literal = (given: JsonValue): Template => ({ kind: "literal", value: given });
const anyType: () => readonly [{ readonly type: StaticType }] = () => [{ type: unknown }];
const reference: Template = { kind: "expression", expression: { kind: "reference", root: "input", path: [] } };

describe("surelyFits()", () => {
  test("never says yes to what a validator refuses", () => {
    fc.assert(
      fc.property(schema, value, (givenSchema, givenValue) => {
        if (!surelyFits(givenSchema, literal(givenValue), anyType)) return;
        expect(validatorFor(givenSchema)(givenValue)).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each<readonly [boolean, Template]>([
    [true, { kind: "object", entries: { query: reference, tags: literal(["x"]) } }],
    [true, { kind: "object", entries: { query: { kind: "text", parts: ["to ", "day"] } } }],
    [
      true,
      { kind: "object", entries: { query: literal("x"), tags: { kind: "array", items: [reference, literal("y")] } } },
    ],
    [
      false,
      { kind: "object", entries: { query: literal("x"), tags: { kind: "array", items: [reference, literal(1)] } } },
    ],
    [false, { kind: "object", entries: { tags: reference } }],
    [false, { kind: "object", entries: { query: reference, other: reference } }],
  ])("answers %p for the parts of a template that are known before the run", (expected, template) => {
    const strict: JsonSchema = {
      type: "object",
      properties: { query: { type: "string" }, tags: { type: "array", items: { type: "string" } } },
      required: ["query"],
      additionalProperties: false,
    };
    expect(surelyFits(strict, template, anyType)).toBe(expected);
  });

  test("never says yes to an expression whose type and the schema's have nothing in common", () => {
    fc.assert(
      fc.property(schema, schema, (wanted, given) => {
        const type = schemaType(given, "out");
        // What fits nothing at all fits nothing that is wanted either.
        fc.pre(overlaps(type, unknown));
        if (!surelyFits(wanted, reference, () => [{ type }])) return;
        expect(overlaps(type, schemaType(wanted, "in"))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each<readonly [boolean, JsonSchema, StaticType]>([
    [true, { type: "number" }, integerType],
    [true, { type: "object" }, unknown],
    [false, { type: "string" }, integerType],
    [false, { type: "array", items: { type: "string" } }, schemaType({ type: "array" }, "out")],
    [false, { type: "object", properties: { a: false }, required: ["a"] }, unknown],
    [false, false, unknown],
  ])("answers %p for an expression under %p by the kinds it may give", (expected, wanted, type) => {
    expect(surelyFits(wanted, reference, () => [{ type }])).toBe(expected);
  });

  test("looks at each branch of an expression", () => {
    expect(surelyFits({ type: "string" }, reference, () => [{ type: stringType }, { type: integerType }])).toBe(false);
  });

  test("leaves every keyword it does not know to the closer look", () => {
    expect(surelyFits({ type: "string", pattern: "^a" }, literal("a"), anyType)).toBe(false);
    expect(surelyFits({ $ref: "#/definitions/x" }, reference, anyType)).toBe(false);
  });
});
