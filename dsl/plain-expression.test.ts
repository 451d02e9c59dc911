import { describe, expect, test } from "bun:test";
import { parseEmbeddedExpression } from "./expression.ts";
import type { Span } from "./problem.ts";
import { PlainExpression, type PlainText, PlainTexts, readPlainText } from "./plain-expression.ts";

const moved = (span: Span | undefined): Span | undefined => span && { start: span.start - 1, end: span.end - 1 };

describe("readPlainText()", () => {
  test.each([
    "input.a",
    "  steps.one-two.output.a_b ",
    "index",
    "output.x.y\n",
    "input.a ?? ''",
    'input.a\t??"b c { d" ',
  ])("reads %j as the parser does", (text) => {
    const end = text.length + 2;
    const read = readPlainText(`\${${text}} tail`, 2, end);
    const plain = read && new PlainExpression(read, ["at"], 2, end + 1);
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
    "exists(input.a)",
    "true",
    "",
    `input${".a".repeat(17)}`,
    "input.a }",
  ])("leaves %j to the parser", (text) => {
    expect(readPlainText(text, 0, text.length)).toBeUndefined();
  });
});

describe("a document's plain texts", () => {
  test("are read once, except where that would put two in one scope", () => {
    const texts = new PlainTexts();
    const read = (text: string): PlainText | undefined => texts.read(text, 0, text.length);
    const first = read("input.a");
    const second = read("input.a");
    texts.beginScope();
    const elsewhere = read("input.a");
    expect(second).toEqual(first);
    expect(second?.expression).not.toBe(first?.expression);
    expect(elsewhere).toBe(first);
    expect(read("input.a > 1")).toBeUndefined();
  });
});
