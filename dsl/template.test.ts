import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import type { JsonValue } from "../lib/json.ts";
import type { Template } from "../lib/workflow.ts";
import type { Problem } from "./problem.ts";
import type { LocatedReference } from "./located-reference.ts";
import { parseTemplate, templateSink } from "./template.ts";

function parse(value: JsonValue): {
  template: Template;
  problems: readonly Problem[];
  references: readonly LocatedReference[];
} {
  const problems: Problem[] = [];
  const sink = templateSink((problem) => problems.push(problem));
  const template = parseTemplate(value, ["input"], sink);
  return { template, problems, references: sink.references };
}

describe("parseTemplate()", () => {
  test("takes a value without expressions over as it is", () => {
    const value = { a: [1, { b: "$ {x} }" }] };
    const { template } = parse(value);
    expect(template).toEqual({ kind: "literal", value });
    expect(template.kind === "literal" && template.value).toBe(value);
  });

  test("folds what is literal beside what is not", () => {
    expect(parse({ a: { b: [1, "$${x}"] }, c: "${input}" }).template).toEqual({
      kind: "object",
      entries: {
        a: { kind: "literal", value: { b: [1, "${x}"] } },
        c: { kind: "expression", expression: { kind: "reference", root: "input", path: [] } },
      },
    });
  });

  test("says where in the document each reference stands", () => {
    const { references } = parse([{ a: "x ${input.b}" }]);
    expect(
      references.map(({ reference, span, segments, isOptional, path }) => [
        reference,
        span,
        segments,
        isOptional,
        path,
      ]),
    ).toEqual([
      [
        { kind: "reference", root: "input", path: ["b"] },
        { start: 4, end: 11 },
        [{ start: 10, end: 11 }],
        false,
        ["input", 0, "a"],
      ],
    ]);
  });

  test("reports each broken expression of one string", () => {
    const { problems } = parse("${1 +} ok ${input.a} ${nope()} ${");
    expect(problems.map(({ code }) => code)).toEqual([
      "EXPRESSION_SYNTAX",
      "EXPRESSION_UNKNOWN_FUNCTION",
      "EXPRESSION_SYNTAX",
    ]);
  });

  test("takes sixty-four expressions in a string and refuses one more", () => {
    expect(parse("${input.a}".repeat(64)).problems).toEqual([]);
    expect(parse("${input.a}".repeat(65)).problems).toEqual([
      {
        code: "EXPRESSION_TOO_LARGE",
        message: "The string holds more than 64 expressions",
        place: { path: ["input"], span: { start: 640, end: 642 } },
      },
    ]);
  });

  test("gives back any text in which every mark is escaped", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("$", "{", "}", "a", "${", " ")), (parts) => {
        const text = parts.join("");
        const { template, problems } = parse(text.replaceAll("${", "$$${"));
        expect({ template, problems }).toEqual({ template: { kind: "literal", value: text }, problems: [] });
      }),
      { numRuns: 3_000 },
    );
  });
});
