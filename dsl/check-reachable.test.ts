import { describe, expect, test } from "bun:test";
import { diagnose, document, marked, shopStep } from "./fixtures/shop.ts";

describe("checkReachable()", () => {
  test.each<readonly [string, string]>([
    ["a constant condition", document(shopStep("a", `, "condition": «"!true"»`))],
    ["a condition with a constant part", document(shopStep("a", `, "condition": «"input.go && false"»`))],
    [
      "the fallback of a wait that cannot fail",
      document(
        `{ "id": "w", "wait": { "for": "1s" }, "onError": "fallback", "fallbackStepId": «"b"» },\n${shopStep("b")}`,
      ),
    ],
  ])("warns of %s", (_, source) => {
    const { text, places } = marked(source);
    expect(diagnose(text)).toEqual(places.map((place) => ["STEP_UNREACHABLE", ...place] as const));
  });

  test("says nothing where data decides", () => {
    for (const condition of ["input.go", "true", "input.go || false", "input.go && true", "!input.go"]) {
      expect(diagnose(document(shopStep("a", `, "condition": "${condition}"`)))).toEqual([]);
    }
  });
});
