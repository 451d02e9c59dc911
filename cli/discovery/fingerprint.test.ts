import { describe, expect, test } from "bun:test";
import { rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTestFolder } from "../fixtures/test-folder.ts";
import { projectFingerprint } from "./fingerprint.ts";

describe("projectFingerprint()", () => {
  test("is the same for the same files, in whatever order and however often they are named", async () => {
    using folder = createTestFolder();
    const files = ["a.agent.ts", "b.agent.ts"].map((name) => join(folder.path, folder.write(name, name)));
    const fingerprint = await projectFingerprint(files);
    expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(await projectFingerprint([...files.toReversed(), ...files])).toBe(fingerprint);
  });

  test.each([
    ["one that is longer", (path: string) => writeFileSync(path, "longer")],
    ["one that was written again", (path: string) => utimesSync(path, 1, 2)],
    ["one that is gone", (path: string) => rmSync(path)],
  ])("is another one with %s", async (_, change) => {
    using folder = createTestFolder();
    const path = join(folder.path, folder.write("a.agent.ts", "a"));
    const before = await projectFingerprint([path]);
    change(path);
    expect(await projectFingerprint([path])).not.toBe(before);
  });

  test("is another one with a file more, also where that one has the same content", async () => {
    using folder = createTestFolder();
    const one = join(folder.path, folder.write("a.agent.ts", "a"));
    const other = join(folder.path, folder.write("b.agent.ts", "a"));
    expect(await projectFingerprint([one, other])).not.toBe(await projectFingerprint([one]));
  });
});
