import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { diagnosticCodes } from "../dsl/diagnostics.ts";
import { problemTable } from "./problem.ts";

test("docs/errors.md explains every code of errors, problems and diagnostics", () => {
  const document = readFileSync(join(import.meta.dir, "..", "docs", "errors.md"), "utf8");
  const codes = [...Object.keys(problemTable), ...Object.keys(diagnosticCodes)];
  expect(codes.filter((code) => !document.includes(`\`${code}\``))).toEqual([]);
});
