import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { createLocator } from "./locator.ts";
import { readJson } from "./json-reader.ts";
import { jsonLimits } from "./sound-json.ts";

/** Code, line, column and length of each problem. */
function problemsIn(text: string): readonly (readonly [string, number, number, number])[] {
  const locator = createLocator(text);
  return readJson(text).problems.map(({ code, place }) => {
    const { start, end } = locator.locate(place);
    return [code, start.line, start.column, end.offset - start.offset] as const;
  });
}

describe("readJson()", () => {
  test("gives what JSON.parse gives for any sound document", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        fc.pre(!/__proto__|\d{16}/.test(text));
        expect(readJson(text)).toEqual({ value: JSON.parse(text), problems: [] });
      }),
      { numRuns: 2_000 },
    );
  });

  test("finds a syntax problem in exactly the texts that JSON.parse refuses", () => {
    const piece = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"a"',
      '"b\\"',
      "1",
      "-",
      "01",
      "1.",
      "tru",
      "true",
      "/*",
      "//",
      "*/",
      "\n",
      " ",
      "\u00a0",
      "\\",
      '"\t"',
      '"\\u12"',
      "\u2028",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join("");
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        const { value, problems } = readJson(text);
        expect(value !== undefined).toBe(isJson);
        if (!isJson) expect(problems.length).toBeGreaterThan(0);
        expect(
          problems.every(({ message }) => /^[A-Z]/.test(message) && !/unexpected|JSON\.parse/i.test(message)),
        ).toBe(true);
      }),
      { numRuns: 20_000 },
    );
  });

  test.each([
    ["", [["JSON_SYNTAX", 1, 1, 0]]],
    ['{ "a": 1, }', [["JSON_SYNTAX", 1, 11, 1]]],
    ['{ "a": 1 "b": 2 }', [["JSON_SYNTAX", 1, 10, 3]]],
    ["{ 'a': 1 }", [["JSON_SYNTAX", 1, 3, 3]]],
    [
      '{\n  // no\n  "a": [1 2]\n}',
      [
        ["JSON_SYNTAX", 2, 3, 5],
        ["JSON_SYNTAX", 3, 11, 1],
      ],
    ],
    [
      '{ "a": 1, "b": { "c": 1, "c": 2 }, "a": 3 }',
      [
        ["JSON_DUPLICATE_KEY", 1, 26, 3],
        ["JSON_DUPLICATE_KEY", 1, 36, 3],
      ],
    ],
    ['{ "a": 1, "\\u0061": 2 }', [["JSON_DUPLICATE_KEY", 1, 11, 8]]],
    ['[{ "__proto__": { "isAdmin": true } }]', [["JSON_FORBIDDEN_KEY", 1, 4, 11]]],
    [
      "[1e400, -1e400, 9007199254740993, 9007199254740992, 10000000000000000, 1e300, 0.1]",
      [
        ["JSON_NUMBER_RANGE", 1, 2, 5],
        ["JSON_NUMBER_RANGE", 1, 9, 6],
        ["JSON_NUMBER_RANGE", 1, 17, 16],
      ],
    ],
    ["\uFEFF{}", [["JSON_BOM", 1, 1, 1]]],
  ] as const)("reports every problem of %p with its place", (text, expected) => {
    expect(problemsIn(text)).toEqual(expected.map(([code, line, column, length]) => [code, line, column, length]));
  });

  test("is not misled by colons and quotes inside strings", () => {
    const text = String.raw`{"a:":":\":","\\":"::\\","c":["\"","x:y"]}`;
    expect(readJson(text)).toEqual({ value: JSON.parse(text), problems: [] });
  });

  test("takes nesting up to the limit and refuses one level more, however deep", () => {
    const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
    expect(readJson(nested(jsonLimits.maxDepth)).problems).toEqual([]);
    expect(problemsIn(nested(jsonLimits.maxDepth + 1))).toEqual([["JSON_TOO_DEEP", 1, 65, 1]]);
    expect(problemsIn(nested(500_000))).toEqual([["JSON_TOO_DEEP", 1, 65, 1]]);
    expect(problemsIn('/*"*/'.repeat(20) + "[{".repeat(200_000))[0]?.[0]).toBe("JSON_TOO_DEEP");
  });

  test("counts bytes, not characters, against the size limit", () => {
    const characters = jsonLimits.maxBytes / 2 - 1;
    expect(readJson(`"${"\u00e4".repeat(characters)}"`).problems).toEqual([]);
    expect(readJson(`"${"\u00e4".repeat(characters)} "`).problems.map(({ code }) => code)).toEqual(["JSON_TOO_LARGE"]);
  });
});
