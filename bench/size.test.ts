import { describe, expect, test } from "bun:test";
import { bundle, stackParts } from "./bundle.bun.ts";
import budget from "./budget.json" with { type: "json" };

describe("a bundle of the resilience stack", () => {
  test("stays within its budget: lower the figure when it shrinks, and say why when it grows", async () => {
    const { gzipped } = await bundle(stackParts);
    expect(gzipped).toBeLessThanOrEqual(budget.resilienceStackGzipBytes);
    expect(gzipped).toBeGreaterThan(budget.resilienceStackGzipBytes - 100);
  });
});
