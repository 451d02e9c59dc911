import { describe, expect, test } from "bun:test";
import { parseWorkflow } from "./compile.ts";
import { defineWorkflow } from "./define.ts";
import { equals } from "./operators.ts";
import { text } from "./text.ts";
import { expression } from "./written-expression.ts";

const options = { id: "w", version: "1.0.0" } as const;

describe("expression()", () => {
  test("says what a file says, also about a step that is defined later", () => {
    const { workflow } = defineWorkflow({
      ...options,
      steps: ({ step }) => {
        step("first", {
          agent: "@a/b",
          input: { all: expression("steps.later.output.x ?? 'none'"), text: text`n: ${expression<number>("5")}` },
          condition: expression("false"),
        });
        step("later", { agent: "@a/b", input: null, condition: equals(expression("input.n"), 1), fallback: "spare" });
        step("spare", { agent: "@a/b", input: {} });
      },
    });
    const document = {
      version: "1.0.0",
      metadata: { id: "w", name: "w" },
      steps: [
        {
          id: "first",
          agent: { id: "@a/b" },
          input: { all: "${steps.later.output.x ?? 'none'}", text: "n: ${5}" },
          condition: "false",
        },
        {
          id: "later",
          agent: { id: "@a/b" },
          input: null,
          condition: "input.n == 1",
          onError: "fallback",
          fallbackStepId: "spare",
        },
        { id: "spare", agent: { id: "@a/b" } },
      ],
    };
    expect(workflow).toEqual(parseWorkflow(JSON.stringify(document)));
  });

  test.each([
    ["a +", 'Cannot parse expression "a +": '],
    ["", 'Cannot parse expression "": '],
    ["inptu.x", 'Cannot parse expression "inptu.x": Cannot resolve "inptu"'],
  ])("refuses what is no expression: %p", (source, message) => {
    expect(() => expression(source)).toThrow(SyntaxError);
    expect(() => expression(source)).toThrow(message);
  });

  test("is held to the steps there are, as a fallback is", () => {
    const define = (stepOptions: object) => () =>
      defineWorkflow({
        ...options,
        steps: ({ step }) => void step("one", { agent: "@a/b", input: {}, ...stepOptions }),
      });
    expect(define({ input: expression("steps.two.output") })).toThrow(
      'Cannot define step "one" of workflow "w": it depends on "two", which is not one of the steps',
    );
    expect(define({ fallback: "two" })).toThrow(
      'Cannot define step "one" of workflow "w": it falls back to "two", which is not one of the steps',
    );
  });
});
