import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { importModule, importTranslated } from "./import-module.ts";

const path = join(import.meta.dirname, "fixtures", "workflows.ts");

describe("a TypeScript module", () => {
  test("gives the same exports natively and translated, as on a runtime that reads no TypeScript", async () => {
    expect(Object.keys(await importTranslated(path))).toEqual(Object.keys(await importModule(path)));
  });

  test("that is not there is said not to be there", async () => {
    await expect(importModule(`${path}.missing.mjs`)).rejects.toThrow("missing.mjs");
  });
});
