import { describe, expect, test } from "bun:test";
import { parseEmbeddedExpression } from "./expression.ts";
import type { Span } from "./problem.ts";
import { readPlainExpression } from "./plain-expression.ts";

const moved = (span: Span | undefined): Span | undefined => span && { start: span.start - 1, end: span.end - 1 };

describe("readPlainExpression()", () => {
  test.each([
    "input.a",
    "  steps.one-two.output.a_b ",
    "index",
    "output.x.y\n",
    "input.a ?? ''",
    'input.a\t??"b c } d" ',
  ])("reads %j as the parser does", (text) => {
    const plain = readPlainExpression(`\${${text}} tail`, 2, "}", ["at"]);
    // In brackets it is not plain any more, and means the same.
    const whole = parseEmbeddedExpression(`\${(${text})} tail`, 2, ["at"]);
    const [located] = whole.references;
    const found = plain?.references[0];
    expect([plain?.expression, plain?.path, found?.reference, found?.path, plain?.end]).toEqual([
      whole.expression,
      ["at"],
      located?.reference,
      ["at"],
      whole.end - 2,
    ]);
    expect(found?.isOptional).toBe(located?.isOptional);
    expect(found?.span).toEqual(moved(located?.span));
    expect(found?.segments).toEqual(located?.segments.flatMap((span) => moved(span) ?? []));
    const parts = whole.parts.map(({ expression, span }) => ({ expression, span: moved(span) }));
    expect<readonly unknown[] | undefined>(plain?.parts).toEqual(parts);
  });

  test.each([
    "inputs.a",
    "input..a",
    "input.1",
    "input[0]",
    "input.a ?? 1",
    "input.a ?? 'b' ?? 'c'",
    "input.a ?? 'it\\'s'",
    "input.a ?? 'open",
    "input.a",
    "exists(input.a)",
    "true",
    "",
    `input${".a".repeat(17)}`,
    `${" ".repeat(1_024)}input`,
  ])("leaves %j to the parser", (text) => {
    expect(readPlainExpression(text, 0, "}", [])).toBeUndefined();
  });

  test("takes a bare expression up to the end of its text alone", () => {
    expect(readPlainExpression("input.a ", 0, undefined, [])?.end).toBe(8);
    expect(readPlainExpression("input.a }", 0, undefined, [])).toBeUndefined();
  });
});
