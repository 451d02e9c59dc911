import { afterAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { cli } from "./fixtures/fake-context.ts";
import { createTestFolder } from "./fixtures/test-folder.ts";

/** The guide shows what the commands print; here they print it. */
const document = readFileSync(resolve(import.meta.dir, "../docs/tools.md"), "utf8");
const [first = "", second = ""] = blocks("json");

function blocks(language: string): readonly string[] {
  return [...document.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(
    ([, text = ""]) => text,
  );
}

const folder = createTestFolder();
folder.write("review.o8.json", first);
folder.write("review-2.o8.json", second);
afterAll(() => folder[Symbol.dispose]());

describe("docs/tools.md", () => {
  test.each(blocks("console").map((block) => [block.slice(2, block.indexOf("\n")), block] as const))(
    "shows what is printed by: %s",
    async (command, block) => {
      const [, ...argv] = command.split(" ");
      const { stdout, stderr } = await cli(argv, { cwd: folder.path, env: { LANG: "C.UTF-8" } });
      expect(`$ ${command}\n${stdout}${stderr}`).toBe(block);
    },
  );
});
