import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import type { Expression } from "../lib/workflow.ts";
import { expressionLimits } from "./expression-cursor.ts";
import { parseEmbeddedExpression, parseExpression } from "./expression.ts";
import { readToken } from "./expression-tokens.ts";
import { printExpression } from "./print-expression.ts";

/** The expression with every bracket written, which shows how it was grouped. */
function grouped(expression: Expression): string {
  const { kind } = expression;
  if (kind === "value" || kind === "reference") return printExpression(expression);
  if (kind === "call") return `${expression.name}(${expression.arguments.map(grouped).join(", ")})`;
  if (kind === "not") return `(!${grouped(expression.operand)})`;
  const operators = { or: "||", and: "&&", default: "??" } as const;
  const operator = kind === "comparison" ? expression.operator : operators[kind];
  return `(${grouped(expression.left)} ${operator} ${grouped(expression.right)})`;
}

function parsed(source: string): Expression {
  const { expression, problems } = parseExpression(source);
  expect(problems).toEqual([]);
  if (expression === undefined) throw new Error("no expression");
  return expression;
}

/** Each problem as code and the text that is underlined. */
function problemsOf(source: string): readonly (readonly [string, string])[] {
  return parseExpression(source).problems.map(({ code, span }) => [code, source.slice(span.start, span.end)] as const);
}

describe("parseExpression()", () => {
  test.each([
    ["input.n ?? 0 > 3", "((input.n ?? 0) > 3)"],
    ["input.a ?? input.b ?? 1", "((input.a ?? input.b) ?? 1)"],
    ["input.a ?? (input.b ?? 1)", "(input.a ?? (input.b ?? 1))"],
    ["!input.a == true", "(!(input.a == true))"],
    ["(!input.a) == true", "((!input.a) == true)"],
    ["!!input.a", "(!(!input.a))"],
    ["input.a || input.b && !input.c", "(input.a || (input.b && (!input.c)))"],
    ["(input.a || input.b) && input.c", "((input.a || input.b) && input.c)"],
    ["input.a && input.b && input.c", "((input.a && input.b) && input.c)"],
    ["input.a == 1 || input.b in [1, 2]", "((input.a == 1) || (input.b in [1, 2]))"],
    ["length(input.a ?? []) >= 2 && exists(input.b)", "((length((input.a ?? [])) >= 2) && exists(input.b))"],
    ["join(input.a, ', ')", "join(input.a, ', ')"],
    ["steps.in.output.not-a-minus", "steps.in.output.not-a-minus"],
    ['input["a b"][0].c', 'input["a b"][0].c'],
  ])("groups %p as the grammar says", (source, expected) => {
    expect(grouped(parsed(source))).toBe(expected);
  });

  test.each([
    ["-1.5e+3", -1500],
    ["'it\\'s'", "it's"],
    [String.raw`"\u00e4\n\"'"`, "\u00e4\n\"'"],
    ["[1, 'a', null, [true]]", [1, "a", null, [true]]],
    ["{ 'a': { \"b\": [] } }", { a: { b: [] } }],
  ])("reads the literal %p", (source, value) => {
    expect(parsed(source)).toEqual({ kind: "value", value });
  });

  test("says where each reference and its parts stand and whether its absence is handled", () => {
    const source = 'steps.fetch.output["a b"][0] ?? input.x';
    const { references } = parseExpression(source);
    const shown = references.map(({ span, segments, isOptional }) => ({
      text: source.slice(span.start, span.end),
      segments: segments.map(({ start, end }) => source.slice(start, end)),
      isOptional,
    }));
    expect(shown).toEqual([
      { text: 'steps.fetch.output["a b"][0]', segments: ["fetch", "output", "a b", "0"], isOptional: true },
      { text: "input.x", segments: ["x"], isOptional: false },
    ]);
  });

  test.each([
    ["exists(input.a)", [true]],
    ["exists(input.a == 1)", [false]],
    ["input.a ?? input.b ?? 1", [true, true]],
    ["(input.a ?? input.b) ?? 1", [true, true]],
    ["(input.a == input.b) ?? 1", [false, false]],
    ["length(input.a)", [false]],
  ])("knows which references of %p may be missing", (source, expected) => {
    expect(parseExpression(source).references.map(({ isOptional }) => isOptional)).toEqual(expected);
  });

  test.each([
    ["", [["EXPRESSION_SYNTAX", ""]]],
    ["input.a ==", [["EXPRESSION_SYNTAX", ""]]],
    ["input.a input.b", [["EXPRESSION_SYNTAX", "input"]]],
    ["1 < input.a < 3", [["EXPRESSION_SYNTAX", "<"]]],
    ["input.a + 1", [["EXPRESSION_SYNTAX", "+"]]],
    ["input.3", [["EXPRESSION_SYNTAX", "3"]]],
    ["input[-1]", [["EXPRESSION_SYNTAX", "-1"]]],
    ["input[1.5]", [["EXPRESSION_SYNTAX", "1.5"]]],
    ["007", [["EXPRESSION_SYNTAX", "007"]]],
    ["'open", [["EXPRESSION_SYNTAX", "'open"]]],
    ["'\\x'", [["EXPRESSION_SYNTAX", "\\x"]]],
    ["[1, input.a]", [["EXPRESSION_SYNTAX", "input"]]],
    ["1e999", [["JSON_NUMBER_RANGE", "1e999"]]],
    [
      "{'a': 1, 'a': 2, '__proto__': 3}",
      [
        ["JSON_DUPLICATE_KEY", "'a'"],
        ["JSON_FORBIDDEN_KEY", "'__proto__'"],
      ],
    ],
    [
      "constructor.constructor('x')",
      [
        ["EXPRESSION_UNKNOWN_ROOT", "constructor"],
        ["EXPRESSION_SYNTAX", "("],
      ],
    ],
    ["toString(input.a)", [["EXPRESSION_UNKNOWN_FUNCTION", "toString"]]],
    [
      "__proto__.a ?? imput.b",
      [
        ["EXPRESSION_UNKNOWN_ROOT", "__proto__"],
        ["EXPRESSION_UNKNOWN_ROOT", "imput"],
      ],
    ],
    [
      "length() || exists(1, 2)",
      [
        ["EXPRESSION_ARITY", "length"],
        ["EXPRESSION_ARITY", "exists"],
      ],
    ],
  ] as const)("reports all problems of %p", (source, expected) => {
    expect(problemsOf(source)).toEqual(expected.map(([code, text]) => [code, text] as const));
    expect(parseExpression(source).expression).toBeUndefined();
  });

  test("holds its limits exactly", () => {
    const ofLength = (length: number): string => `'${"x".repeat(length - 2)}'`;
    const codes = (source: string): readonly string[] => parseExpression(source).problems.map(({ code }) => code);
    expect(codes(ofLength(expressionLimits.maxLength))).toEqual([]);
    expect(codes(ofLength(expressionLimits.maxLength + 1))).toEqual(["EXPRESSION_TOO_LARGE"]);
    expect(codes(`input${".a".repeat(expressionLimits.maxSegments)}`)).toEqual([]);
    expect(codes(`input${".a".repeat(expressionLimits.maxSegments + 1)}`)).toEqual(["EXPRESSION_TOO_LARGE"]);
    const nested = (depth: number): string => "(".repeat(depth) + "1" + ")".repeat(depth);
    expect(codes(nested(expressionLimits.maxDepth))).toEqual([]);
    expect(codes(nested(expressionLimits.maxDepth + 1))).toEqual(["EXPRESSION_TOO_LARGE"]);
    expect(codes("!".repeat(1_000))).toEqual(["EXPRESSION_TOO_LARGE"]);
    expect(codes(`1${" ".repeat(2_000)}`)).toEqual(["EXPRESSION_TOO_LARGE"]);
  });

  const fragment = fc.constantFrom(
    "input",
    ".a",
    "steps",
    "[0]",
    '["k"]',
    "['",
    "'",
    '"',
    "\\",
    "\\u00",
    "??",
    "==",
    "in",
    "!",
    "&&",
    "||",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    " ",
    "1",
    "-",
    "1e9",
    "true",
    "null",
    "exists(",
    "join(",
    "$",
    "${",
    "\u{1F600}",
    "\0",
  );

  test("reads back every number that it prints", () => {
    for (const source of ["1E16", "1e21", "-1e300", "9007199254740992", "0.1"]) {
      expect(parsed(printExpression(parsed(source)))).toEqual(parsed(source));
    }
  });

  test("prints without spaces what would be too long with them", () => {
    for (const source of [`${"1??".repeat(341)}1`, `[${"1e20,".repeat(203)}1]`, `${"'a'in''&&".repeat(102)}true`]) {
      expect(source.length).toBeLessThanOrEqual(expressionLimits.maxLength);
      expect(parsed(printExpression(parsed(source)))).toEqual(parsed(source));
    }
  });

  test("reads each rule of the grammar where it may stand and nowhere else", () => {
    for (const source of ["input", "input . a [ 0 ] [ 'b' ]", "input.a-b.in", "index", "output.x", "'a'in['a']"]) {
      expect([source, problemsOf(source)]).toEqual([source, []]);
    }
    const refused = [
      "in|true.a|null[0]|'a'.b|(input).a|[input]|{'a': input}|{a: 1}|[1,]|{'a':1,}|[,1]",
      "input.|input[|input[]|input[01]|input['a'|input[-0]|input[input.a]|input..a|input.[0]",
      "exists|exists()|exists(input.a,)|exists(input.a|input()|length('a')('b')|length ''",
      "a = b|1 === 1|1 <> 2|!|! == 1|1 == !1|1 ?? !1|1 ??|?? 1|1 & 2|- 1|+1|1 in 2 in 3|1 == 2 != 3",
      "01|1.|.1|1e|0x1|1n|NaN|Infinity|undefined|`a`|/a/|'\\0'|'\\u{41}'",
      "1; 2|1, 2|()|(1|1)|input?.a|input.a++|a => 1|${input.a}|// a",
    ].flatMap((line) => line.split("|"));
    for (const source of [...refused, "1 | 2"]) {
      expect([source, problemsOf(source).length > 0]).toEqual([source, true]);
    }
  });

  test("gives an expression or problems for any text, never both and never an exception", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(fragment, { maxLength: 20 }).map((parts) => parts.join("")),
          fc.string(),
        ),
        (source) => {
          const { expression, problems, end } = parseExpression(source);
          expect(expression === undefined).toBe(problems.length > 0);
          expect(end).toBeLessThanOrEqual(source.length);
          if (expression !== undefined) expect(parsed(printExpression(expression))).toEqual(expression);
        },
      ),
      { numRuns: 30_000 },
    );
  });

  test("moves forward with every token, so that reading is linear", () => {
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 40 }), (parts) => {
        const source = parts.join("");
        let offset = 0;
        for (let token = readToken(source, 0, source.length); token.kind !== "end";) {
          expect(token.start).toBeGreaterThanOrEqual(offset);
          expect(token.end).toBeGreaterThan(token.start);
          offset = token.end;
          token = readToken(source, offset, source.length);
        }
      }),
      { numRuns: 10_000 },
    );
  });
});

describe("parseEmbeddedExpression()", () => {
  test("ends behind its own brace, not at one in a string or an object", () => {
    const source = "a ${input.x ?? { 'k': '}' }} b";
    expect(parseEmbeddedExpression(source, 4)).toMatchObject({ problems: [], end: source.length - 2 });
  });

  test("goes on behind the next brace when the expression is broken", () => {
    expect(parseEmbeddedExpression("${1 +} tail", 2).end).toBe(6);
    expect(parseEmbeddedExpression("${1 + tail", 2).end).toBe(10);
  });
});
