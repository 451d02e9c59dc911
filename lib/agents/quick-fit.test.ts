import { describe, expect, test } from "bun:test";
import { validate } from "@cfworker/json-schema";
import * as fc from "fast-check";
import type { JsonObject, JsonValue } from "../json.ts";
import { quickFitOf } from "./quick-fit.ts";

const point: JsonObject = {
  type: "object",
  description: "A place",
  properties: { x: { type: "number" }, tags: { type: "array", items: { type: "string" } } },
  required: ["x"],
  additionalProperties: false,
};

describe("quickFitOf()", () => {
  test.each<[unknown, boolean]>([
    [{ x: 1 }, true],
    [{ x: 1, tags: ["a", "b"] }, true],
    [{}, false],
    [{ x: "1" }, false],
    [{ x: Number.NaN }, false],
    [{ x: 1, tags: ["a", 2] }, false],
    [{ x: 1, tags: Array.from({ length: 2 }) }, false],
    [{ x: 1, tags: undefined }, false],
    [{ x: 1, y: 2 }, false],
    [Object.create({ x: 1 }), false],
    [Object.assign(Object.create({ y: 2 }), { x: 1 }), false],
    [[], false],
    [null, false],
    [undefined, false],
  ])("knows whether %p fits a plain schema", (value, fits) => {
    expect(quickFitOf(point)?.(value)).toBe(fits);
  });

  test("lets other properties be anything where the schema does", () => {
    expect(quickFitOf({ type: "object", properties: { x: { type: "number" } } })?.({ x: 1, y: undefined })).toBe(true);
  });

  test.each<[JsonValue]>([
    [true],
    [{}],
    [{ type: ["string", "null"] }],
    [{ type: "string", minLength: 1 }],
    [{ type: "string", format: "email" }],
    [{ type: "object", additionalProperties: true }],
    [{ type: "object", additionalProperties: { type: "string" } }],
    [{ type: "object", properties: { x: { enum: [1] } } }],
    [{ type: "object", properties: { "\ud800": { type: "string" } } }],
    [{ type: "array" }],
    [{ type: "array", items: { $ref: "#" } }],
  ])("leaves values of the schema %j to its validator", (schema) => {
    expect(quickFitOf(schema)).toBeUndefined();
  });

  test("never lets a value pass that the validator refuses", () => {
    const name = fc.constantFrom("a", "b", "toString", "\ud800");
    const { schema } = fc.letrec<{ schema: JsonObject }>((tie) => ({
      schema: fc.oneof(
        { maxDepth: 3 },
        fc.record({ type: fc.constantFrom("string", "number", "integer", "boolean", "null") }),
        fc.record({ type: fc.constant("array"), items: tie("schema") }),
        fc.record(
          {
            type: fc.constant("object"),
            properties: fc.dictionary(name, tie("schema")),
            required: fc.uniqueArray(name),
            additionalProperties: fc.constant(false),
          },
          { requiredKeys: ["type"] },
        ),
      ),
    }));
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom<JsonValue>("text", 1, 1.5, true, null),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(name, tie("value"), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(schema, value, (given, data) => {
        const isKnownToFit = quickFitOf(given)?.(data) === true;
        expect(isKnownToFit && !isValid(data, given)).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });
});

function isValid(data: unknown, schema: JsonObject): boolean {
  try {
    return validate(data, schema, "2020-12").valid;
  } catch {
    return false;
  }
}
