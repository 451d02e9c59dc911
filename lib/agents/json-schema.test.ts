import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { InvalidValueError } from "../errors.ts";
import type { JsonSchema, JsonValue } from "../json.ts";
import { validatorFor } from "./json-schema.ts";
import { jsonPointer, pointerPath } from "./json-pointer.ts";

const person: JsonSchema = {
  type: "object",
  properties: {
    name: { type: "string", minLength: 2 },
    age: { $ref: "#/$defs/age" },
    "a/b ~%": { enum: ["x", { y: 1 }] },
    tags: { type: "array", items: { type: "string" }, maxItems: 2, uniqueItems: true },
  },
  required: ["name"],
  additionalProperties: false,
  $defs: { age: { type: ["integer", "null"], minimum: 18 } },
};

describe("validatorFor()", () => {
  test("finds nothing in a value that fits", () => {
    expect(validatorFor(person)({ name: "Ada", age: null, "a/b ~%": { y: 1 }, tags: ["a", "b"] })).toEqual([]);
  });

  test("reports every cause once, in our words, with escaped pointers and through references", () => {
    const value = { age: 3.5, "a/b ~%": "secret-1", tags: [1, 1, "c"], secret: "secret-2" };
    expect(validatorFor(person)(value)).toEqual([
      { pointer: "", message: 'must have the property "name"' },
      { pointer: "/age", message: "must be an integer or null" },
      { pointer: "/age", message: "must be >= 18" },
      { pointer: "/a~1b ~0%", message: 'must be "x" or {"y":1}' },
      { pointer: "/tags", message: "must have at most 2 items" },
      { pointer: "/tags/0", message: "must be a string" },
      { pointer: "/tags/1", message: "must be a string" },
      { pointer: "/tags", message: "must not hold the same item twice" },
      { pointer: "/secret", message: "is not allowed" },
    ]);
  });

  const messages: [JsonSchema, JsonValue, string][] = [
    [{ type: "boolean" }, 1, "must be true or false"],
    [{ const: [1] }, 1, "must be [1]"],
    [{ not: { type: "string" } }, "s", "must not match the schema that is excluded"],
    [{ oneOf: [{ type: "number" }, { minimum: 0 }] }, 1, "must match exactly one of the alternatives"],
    [{ format: "date" }, "s", 'must have the format "date"'],
    [{ pattern: "^a" }, "s", 'must match the pattern "^a"'],
    [{ maximum: 1 }, 2, "must be <= 1"],
    [{ exclusiveMinimum: 2 }, 2, "must be > 2"],
    [{ exclusiveMaximum: 2 }, 2, "must be < 2"],
    [{ multipleOf: 2 }, 3, "must be a multiple of 2"],
    [{ minLength: 2 }, "s", "must have at least 2 characters"],
    [{ maxLength: 0 }, "s", "must have at most 0 characters"],
    [{ minItems: 1 }, [], "must have at least 1 items"],
    [{ contains: { type: "string" } }, [], "must hold an item that fits"],
    [{ minProperties: 1 }, {}, "must have at least 1 properties"],
    [{ maxProperties: 0 }, { a: 1 }, "must have at most 0 properties"],
    [{ dependentRequired: { a: ["b"] } }, { a: 1 }, 'must have the property "b" because it has "a"'],
    [{ dependencies: { a: ["b"] } }, { a: 1 }, 'must have the property "b" because it has "a"'],
    // oxlint-disable-next-line unicorn/no-thenable -- the keyword of JSON Schema
    [{ if: { type: "number" }, then: { minimum: 5 } }, 1, "must be >= 5"],
    [false, 1, "is not allowed"],
  ];
  test.each(messages)("says what %j wants", (schema, value, message) => {
    expect(validatorFor(schema)(value)).toEqual([{ pointer: "", message }]);
  });

  test("names the causes in every alternative that failed", () => {
    const schema = { properties: { u: { anyOf: [{ type: "string" }, { type: "number", minimum: 5 }] } } };
    expect(validatorFor(schema)({ u: 1 })).toEqual([
      { pointer: "/u", message: "must be a string" },
      { pointer: "/u", message: "must be >= 5" },
    ]);
  });

  test("never repeats a received string", () => {
    const schema: JsonSchema = {
      anyOf: [
        { type: "number" },
        { maxLength: 3 },
        { enum: ["a"] },
        { pattern: "^b" },
        { format: "uri" },
        { const: 1 },
      ],
    };
    fc.assert(
      fc.property(fc.string({ minLength: 8, unit: fc.constantFrom("Q", "Z", "J") }), (secret) => {
        const issues = validatorFor({ properties: { s: schema, o: { additionalProperties: schema } } })({
          s: secret,
          o: { k: [secret] },
        });
        expect(issues.length).toBeGreaterThan(0);
        expect(JSON.stringify(issues)).not.toContain(secret);
      }),
    );
  });

  test("compiles a schema object once", () => {
    expect(validatorFor(person)).toBe(validatorFor(person));
  });

  test("takes a frozen schema and leaves it as it is", () => {
    const schema = Object.freeze({
      properties: Object.freeze({ a: Object.freeze({ $ref: "#/$defs/n" }) }),
      $defs: { n: { type: "number" } },
    });
    const before = JSON.stringify(schema);
    expect(validatorFor(schema)({ a: "x" })).toEqual([{ pointer: "/a", message: "must be a number" }]);
    expect(JSON.stringify(schema)).toBe(before);
    expect(Reflect.ownKeys(schema)).toEqual(["properties", "$defs"]);
  });

  test("reads what is not JSON as JSON.stringify would write it", () => {
    const schema = { properties: { a: { type: "string" } }, additionalProperties: false, required: ["a"] };
    expect(validatorFor(schema)({ a: "x", b: undefined })).toEqual([]);
    expect(validatorFor(schema)({ a: undefined })).toEqual([{ pointer: "", message: 'must have the property "a"' }]);
    expect(validatorFor({ type: "null" })(undefined)).toEqual([]);
  });

  test("withstands hostile property names", () => {
    const check = validatorFor({ type: "object", properties: { a: {} }, additionalProperties: false });
    expect(check({ constructor: 1, toString: 2 })).toEqual([
      { pointer: "/constructor", message: "is not allowed" },
      { pointer: "/toString", message: "is not allowed" },
    ]);
    expect(() => check(JSON.parse('{ "__proto__": 1 }'))).toThrow(
      new InvalidValueError(
        "VALUE_NOT_JSON",
        'Cannot keep a value as JSON: it holds an object with the key "__proto__"',
      ),
    );
    expect(check({ "\ud800": 1 })).toEqual([
      { pointer: "", message: "must have property names in well-formed Unicode" },
    ]);
  });

  test("ignores what stands beside a $ref only in draft-07", () => {
    const schema = { $ref: "#/$defs/n", minimum: 5, $defs: { n: { type: "number" } } };
    expect(validatorFor(schema)(1)).toEqual([{ pointer: "", message: "must be >= 5" }]);
    expect(validatorFor({ ...schema, $schema: "http://json-schema.org/draft-07/schema#" })(1)).toEqual([]);
  });

  const malformed: [JsonSchema, string][] = [
    [{ type: "strnig" }, '"/type" must be the name of a JSON type, or a list of such names'],
    [{ properties: { "a/b": { minimum: "3" } } }, '"/properties/a~1b/minimum" must be a number'],
    [{ properties: [] }, '"/properties" must be an object of schemas'],
    [{ items: 5 }, '"/items" must be an object, true or false'],
    [{ anyOf: {} }, '"/anyOf" must be an array of schemas'],
    [{ required: "a" }, '"/required" must be an array of strings'],
    [{ pattern: "(" }, '"/pattern" must be a regular expression'],
    [{ patternProperties: { "(": {} } }, '"/patternProperties/(" must be named by a regular expression'],
    [{ minLength: -1 }, '"/minLength" must be an integer >= 0'],
    [{ multipleOf: 0 }, '"/multipleOf" must be a number > 0'],
    [{ $ref: "#/$defs/n" }, '"$ref" must name a schema inside it, "#/$defs/n" does not'],
    [
      { $ref: "https://example.com/s.json" },
      '"$ref" must name a schema inside it, "https://example.com/s.json" does not',
    ],
  ];
  test.each(malformed)("refuses the malformed schema %j", (schema, message) => {
    expect(() => validatorFor(schema)).toThrow(new TypeError(`Cannot use JSON Schema: ${message}`));
  });

  test("says so when a schema refers to itself without end", () => {
    expect(() => validatorFor({ allOf: [{ $ref: "#" }] })(1)).toThrow(
      new RangeError("Cannot check a value: its JSON Schema refers to itself without end"),
    );
  });

  test("follows a schema that is recursive through its data", () => {
    const tree = { properties: { child: { $ref: "#" }, n: { type: "number" } } };
    expect(validatorFor(tree)({ child: { child: { n: "x" } } })).toEqual([
      { pointer: "/child/child/n", message: "must be a number" },
    ]);
  });
});

describe("jsonPointer()", () => {
  test("is undone by pointerPath()", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (path) => {
        expect(pointerPath(jsonPointer(path))).toEqual(path);
      }),
    );
  });
});
