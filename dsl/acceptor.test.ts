import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import * as v from "valibot";
import { acceptorOf } from "./acceptor.ts";

const schema = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[a-c]+$/), v.maxLength(2)),
  kind: v.exactOptional(v.picklist(["one", "two"])),
  size: v.exactOptional(
    v.union([
      v.pipe(
        v.number(),
        v.check((size) => size > 0),
      ),
      v.literal("none"),
    ]),
  ),
  tags: v.exactOptional(v.pipe(v.array(v.string()), v.minLength(1), v.description("words"))),
  more: v.exactOptional(
    v.pipe(
      v.custom<object>((value) => typeof value === "object"),
      v.strictObject({}),
    ),
  ),
  maybe: v.optional(v.boolean()),
  trimmed: v.exactOptional(v.pipe(v.string(), v.trim(), v.minLength(1))),
  any: v.exactOptional(v.unknown()),
});

const member = fc.constantFrom<unknown>(
  "a",
  "abcd",
  "one",
  " ",
  "none",
  1,
  0,
  Number.NaN,
  true,
  null,
  [],
  ["x"],
  [1],
  {},
  { x: 1 },
);
const key = fc.constantFrom("kind", "size", "tags", "more", "maybe", "trimmed", "any", "other");

describe("acceptorOf()", () => {
  test("answers as valibot does", () => {
    const accepts = acceptorOf(schema);
    fc.assert(
      fc.property(fc.constantFrom("a", "abc", 1, undefined), fc.dictionary(key, member), (id, members) => {
        const value = id === undefined ? members : { id, ...members };
        expect(accepts(value)).toBe(v.is(schema, value));
      }),
      { numRuns: 3_000 },
    );
    for (const value of [null, 1, "a", [], [1], {}]) expect(accepts(value)).toBe(v.is(schema, value));
  });
});
