import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { createTestFolder } from "../fixtures/test-folder.ts";
import { findFiles } from "./find-files.ts";

describe("findFiles()", () => {
  test("gives up where there is too much to look through", async () => {
    using folder = createTestFolder();
    for (const name of ["a.ts", "b.ts", "c.ts"]) folder.write(name, "");
    expect(await findFiles(folder.path, ["*.ts"], 4)).toHaveLength(3);
    await expect(findFiles(folder.path, ["*.ts"], 3)).rejects.toThrow("there are more than 3 files");
  });

  test("takes a plain path, finds nothing where there is nothing, and names each file once", async () => {
    using folder = createTestFolder();
    folder.write("a.ts", "");
    const found = await findFiles(folder.path, ["./a.ts", "*.ts", "nowhere/**/*.ts"]);
    expect(found).toEqual([join(folder.path, "a.ts")]);
  });

  test.each(["../*.ts", "/etc/*.ts"])("refuses to look out of the folder: %s", async (pattern) => {
    using folder = createTestFolder();
    await expect(findFiles(folder.path, [pattern])).rejects.toThrow("a pattern must stay in the project");
  });
});
