import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { terminalJson, terminalText } from "./terminal-text.ts";

const steering = /[\p{Cc}\p{Cf}\u2028\u2029]/u;

describe("terminalText()", () => {
  test.each([
    ["plain", "plain"],
    ["\u001B[31mred\u001B[0m", "red"],
    ["\u001B]8;;http://x\u0007link\u001B]8;;\u0007", "link"],
    ["two\r\nlines\tand a tab", "two lines and a tab"],
    ["\u009B2Jc1", "c1"],
    ["left\u202Eright", "left right"],
    ["über 日本", "über 日本"],
  ])("makes %j one line that steers nothing", (text, shown) => {
    expect(terminalText(text)).toBe(shown);
  });

  test("leaves nothing that steers in any text", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => !steering.test(terminalText(text))));
  });
});

describe("terminalJson()", () => {
  test("shows what would steer the terminal as escapes", () => {
    expect(terminalJson(["\u202E", "\u009B2J", "\u{E0001}"])).toBe(
      String.raw`[\n  "\u202e",\n  "\u009b2J",\n  "\udb40\udc01"\n]`.replaceAll(String.raw`\n`, "\n"),
    );
  });

  test("is the same JSON for any value, and steers nothing but the line", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
        const text = terminalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(steering.test(text.replaceAll("\n", ""))).toBe(false);
      }),
    );
  });
});
