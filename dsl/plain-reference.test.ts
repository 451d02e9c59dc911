import { describe, expect, test } from "bun:test";
import { parseEmbeddedExpression } from "./expression.ts";
import { readPlainReference } from "./plain-reference.ts";

describe("readPlainReference()", () => {
  test.each(["input.a", "  steps.one-two.output.a_b ", "index", "output.x.y\n"])(
    "reads %j as the parser does",
    (text) => {
      const plain = readPlainReference(`\${${text}} tail`, 2, "}", ["at"]);
      // In brackets it is no plain reference any more, and means the same.
      const whole = parseEmbeddedExpression(`\${(${text})} tail`, 2, ["at"]);
      const moved = (span: { readonly start: number; readonly end: number } | undefined) =>
        span && { start: span.start - 1, end: span.end - 1 };
      const [located] = whole.references;
      expect(plain && [plain.reference, plain.span, plain.segments, plain.end, plain.path]).toEqual([
        whole.expression,
        moved(located?.span),
        located?.segments.map(moved),
        whole.end - 2,
        located?.path,
      ]);
    },
  );

  test.each([
    "inputs.a",
    "input..a",
    "input.1",
    "input[0]",
    "input.a ?? 1",
    "input.a",
    "exists(input.a)",
    "true",
    "",
    `input${".a".repeat(17)}`,
    `${" ".repeat(1_024)}input`,
  ])("leaves %j to the parser", (text) => {
    expect(readPlainReference(text, 0, "}", [])).toBeUndefined();
  });

  test("takes a bare expression up to the end of its text alone", () => {
    expect(readPlainReference("input.a ", 0, undefined, [])?.end).toBe(8);
    expect(readPlainReference("input.a }", 0, undefined, [])).toBeUndefined();
  });
});
