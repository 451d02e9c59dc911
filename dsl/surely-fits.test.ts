import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { validatorFor } from "../lib/agents/json-schema.ts";
import type { JsonSchema, JsonValue } from "../lib/json.ts";
import type { Template } from "../lib/workflow.ts";
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
const unknown: Template = { kind: "expression", expression: { kind: "reference", root: "input", path: [] } };

describe("surelyFits()", () => {
  test("never says yes to what a validator refuses", () => {
    fc.assert(
      fc.property(schema, value, (givenSchema, givenValue) => {
        if (!surelyFits(givenSchema, literal(givenValue))) return;
        expect(validatorFor(givenSchema)(givenValue)).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each<readonly [boolean, Template]>([
    [true, { kind: "object", entries: { query: unknown, tags: literal(["x"]) } }],
    [true, { kind: "object", entries: { query: { kind: "text", parts: ["to ", "day"] } } }],
    [
      true,
      { kind: "object", entries: { query: literal("x"), tags: { kind: "array", items: [unknown, literal("y")] } } },
    ],
    [
      false,
      { kind: "object", entries: { query: literal("x"), tags: { kind: "array", items: [unknown, literal(1)] } } },
    ],
    [false, { kind: "object", entries: { tags: unknown } }],
    [false, { kind: "object", entries: { query: unknown, other: unknown } }],
  ])("answers %p for the parts of a template that are known before the run", (expected, template) => {
    const strict: JsonSchema = {
      type: "object",
      properties: { query: { type: "string" }, tags: { type: "array", items: { type: "string" } } },
      required: ["query"],
      additionalProperties: false,
    };
    expect(surelyFits(strict, template)).toBe(expected);
  });

  test("leaves every keyword it does not know to the validator", () => {
    expect(surelyFits({ type: "string", pattern: "^a" }, literal("a"))).toBe(false);
    expect(surelyFits({ $ref: "#/definitions/x" }, unknown)).toBe(false);
  });
});
