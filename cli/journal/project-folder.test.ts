import { describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFolder } from "./project-folder.ts";

describe("projectFolder()", () => {
  test.each([["package.json"], ["orchestr8.config.ts"], [".orchestr8"]])(
    "is the nearest folder upward with %s",
    async (mark) => {
      const root = mkdtempSync(join(tmpdir(), "o8-project-"));
      const deep = join(root, "a", "b");
      mkdirSync(deep, { recursive: true });
      writeFileSync(join(root, mark), "");
      expect(await projectFolder(deep)).toBe(root);
      writeFileSync(join(root, "a", mark), "");
      expect(await projectFolder(deep)).toBe(join(root, "a"));
      rmSync(root, { recursive: true });
    },
  );

  test("is the folder itself where nothing marks a project", async () => {
    expect(await projectFolder("/nowhere/at/all")).toBe("/nowhere/at/all");
  });
});
