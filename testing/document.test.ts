import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";

/** That the snippets run is shown by lib/snippets.test.ts; here, that they stay short. */
const document = readFileSync(new URL("../docs/testing.md", import.meta.url), "utf8");
const snippets = [...document.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, text = ""]) => text);

describe("docs/testing.md", () => {
  test.each([["everyCrash("], ["toBe(3 * 24 * 3_600_000)"]])(
    "needs less than 15 lines for a test file with %s",
    (what) => {
      const snippet = snippets.find((text) => text.includes(what)) ?? "";
      const lines = snippet.trimEnd().split("\n").length;
      expect(lines).toBeGreaterThan(5);
      expect(lines).toBeLessThan(15);
    },
  );
});
