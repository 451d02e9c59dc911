import { expect, test } from "bun:test";
import { exportFailure } from "./export-failure.ts";

test.each([
  [Object.assign(new Error("secret answer"), { code: 401 }), "the collector answered with status 401"],
  [Object.assign(new Error("x"), { code: "ECONNREFUSED" }), "the collector is out of reach (ECONNREFUSED)"],
  [new Error("took too long"), "took too long"],
  ["?", "the collector did not take them"],
])("a collector that fails with %o is told as %p", (error, text) => {
  expect(exportFailure(error)).toBe(text);
});
