import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { typedModule } from "../bench/typed-module.ts";

const root = resolve(import.meta.dir, "..");

/** How much 98 more steps may add; `bun bench/type-cost.ts` says what that is in time. They added 5,831 when pinned. */
const pinned = 6_200;

describe("the types of a workflow of 100 steps", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(root, "bench", ".snippets-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** One thread, so that the same sources give the same count. */
  function check(name: string, text: string): string {
    writeFileSync(join(folder, `${name}.ts`), text);
    const config = join(folder, `${name}.json`);
    const compilerOptions = { noUnusedLocals: false };
    writeFileSync(config, JSON.stringify({ extends: "../../tsconfig.json", compilerOptions, include: [`${name}.ts`] }));
    const tsc = join(root, "node_modules/.bin/tsc");
    const command = [tsc, "-p", config, "--extendedDiagnostics", "--singleThreaded", "--pretty", "false"];
    return Bun.spawnSync(command, { cwd: folder }).stdout.toString();
  }

  function instantiations(name: string, steps: number): number {
    const report = check(name, typedModule(steps));
    expect(report).not.toContain("error TS");
    return Number(/^Instantiations: +(\d+)$/m.exec(report)?.[1]);
  }

  test("cost the compiler no more than they did", () => {
    const added = instantiations("large", 100) - instantiations("small", 2);
    expect(added).toBeGreaterThan(98);
    expect(added).toBeLessThanOrEqual(pinned);
  }, 180_000);

  test("find a wrong field where it is written", () => {
    const text = typedModule(100).replace("s96.output.items[0].title}", "s96.output.items[0].titel}");
    const lines = text.split("\n");
    const line = lines.findIndex((one) => one.includes(".titel"));
    const column = (lines[line] ?? "").indexOf("titel");
    const errors = check("wrong", text)
      .split("\n")
      .filter((one) => one.includes("error TS"));
    expect(errors).toEqual([
      expect.stringMatching(new RegExp(`^wrong\\.ts\\(${line + 1},${column + 1}\\): error TS2\\d+: .*'titel'`)),
    ]);
  }, 180_000);
});
