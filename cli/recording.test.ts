import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { recordTerminal } from "./fixtures/record-terminal.ts";

test("README shows what a terminal shows of a run: bun cli/fixtures/record-terminal.ts", async () => {
  const readme = readFileSync(resolve(import.meta.dir, "../README.md"), "utf8");
  const recording = await recordTerminal();
  expect(readme).toContain(`\`\`\`console\n${recording}\`\`\`\n`);
  expect(recording).toContain("↻ papers  attempt 2 in 700ms");
});
