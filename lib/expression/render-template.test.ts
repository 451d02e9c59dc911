import { describe, expect, test } from "bun:test";
import type { Expression, Template } from "../workflow.ts";
import type { Scope } from "./evaluate.ts";
import { renderTemplate } from "./render-template.ts";
import { valueAt } from "./reference.ts";

const scope: Scope = {
  resolve: ({ path }) =>
    valueAt({ name: "tide", count: 2, list: [1], sneaky: "${input.secret}", long: "x".repeat(40_000) }, path),
};
const ref = (...path: string[]): Expression => ({ kind: "reference", root: "input", path });

describe("renderTemplate()", () => {
  test("keeps the type of a string that is one expression", () => {
    expect(renderTemplate({ kind: "expression", expression: ref("list") }, scope)).toEqual([1]);
  });

  test("fills arrays, objects and texts", () => {
    const template: Template = {
      kind: "object",
      entries: {
        text: { kind: "text", parts: ["", ref("name"), " no. ", ref("count")] },
        items: {
          kind: "array",
          items: [
            { kind: "literal", value: null },
            { kind: "expression", expression: ref("count") },
          ],
        },
      },
    };
    expect(renderTemplate(template, scope)).toEqual({ text: "tide no. 2", items: [null, 2] });
  });

  test("never reads text that came from data as an expression", () => {
    expect(renderTemplate({ kind: "text", parts: ["> ", ref("sneaky")] }, scope)).toBe("> ${input.secret}");
  });

  test("refuses an array inside longer text", () => {
    expect(() => renderTemplate({ kind: "text", parts: ["n: ", ref("list")] }, scope)).toThrow("use json(…)");
  });

  test("takes a text that expands to 64 KiB and refuses one character more", () => {
    const text = (length: number): Template => ({ kind: "text", parts: [ref("long"), "y".repeat(length - 40_000)] });
    expect(renderTemplate(text(65_536), scope)).toHaveLength(65_536);
    expect(() => renderTemplate(text(65_537), scope)).toThrow(expect.objectContaining({ code: "EXPR_TOO_LARGE" }));
  });

  test("gives a key that could change the prototype as a key like any other", () => {
    const entries: Record<string, Template> = Object.fromEntries([
      ["__proto__", { kind: "expression", expression: ref("list") }],
    ]);
    const rendered = renderTemplate({ kind: "object", entries }, scope);
    expect([Object.getPrototypeOf(rendered), Object.hasOwn(Object(rendered), "__proto__")]).toEqual([
      Object.prototype,
      true,
    ]);
  });

  test("gives data that nobody can change", () => {
    const constant: Template = { kind: "literal", value: { c: [] } };
    const rendered = renderTemplate(
      {
        kind: "object",
        entries: {
          a: { kind: "array", items: [] },
          b: constant,
          list: { kind: "expression", expression: ref("list") },
        },
      },
      scope,
    );
    const parts = [[], ["a"], ["b"], ["b", "c"], ["list"]].map((path) => valueAt(rendered, path));
    expect(parts.map((part) => Object.isFrozen(part))).toEqual([true, true, true, true, true]);
  });
});
