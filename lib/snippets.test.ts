import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { compile } from "../dsl/compile.ts";
import { createAgentRegistry } from "./agents/registry.ts";
import { builtInAgents } from "./agents/built-in.ts";

/** What the documents show is compiled and run: a snippet that no longer works is a bug in front of every newcomer. */
const root = resolve(import.meta.dir, "..");
const documents = ["README.md", ...markdownIn("docs")];

function markdownIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => join(folder, path));
}

interface Snippet {
  readonly name: string;
  readonly language: string;
  readonly text: string;
}

const snippets: readonly Snippet[] = documents.flatMap((document) =>
  [...readFileSync(join(root, document), "utf8").matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map((match, index) => ({
    name: `${document} no. ${index + 1}`,
    language: match[1] ?? "",
    text: match[2] ?? "",
  })),
);

function inLanguage(language: string): readonly (readonly [string, string])[] {
  return snippets.filter((snippet) => snippet.language === language).map(({ name, text }) => [name, text] as const);
}

/** A snippet that is a test file runs as one. Others import a snippet that begins with its own name, as in "// order.ts". */
function isTest(text: string): boolean {
  return text.includes('from "bun:test"');
}

describe("the documents", () => {
  let folder = "";
  const fileOf = (name: string, text: string): string =>
    join(folder, `${name.replaceAll(/[^A-Za-z0-9]+/g, "-")}${isTest(text) ? ".test" : ""}.ts`);

  beforeAll(() => {
    folder = mkdtempSync(join(root, "bench", ".snippets-"));
    for (const [name, text] of inLanguage("ts")) {
      const whole = `${text}\nexport {};\n`;
      writeFileSync(fileOf(name, text), whole);
      const own = /^\/\/ ([\w-]+\.ts)\n/.exec(text)?.[1];
      if (own !== undefined) writeFileSync(join(folder, own), whole);
    }
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ extends: "../../tsconfig.json", include: ["*.ts"] }));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("show TypeScript that compiles", () => {
    const { stdout, exitCode } = Bun.spawnSync([join(root, "node_modules", ".bin", "tsc"), "-p", folder], {
      cwd: root,
    });
    expect({ output: stdout.toString(), exitCode }).toEqual({ output: "", exitCode: 0 });
  }, 60_000);

  test.each([...inLanguage("ts")])("show TypeScript that runs: %s", (name, text) => {
    const how = isTest(text) ? ["test"] : [];
    const { stderr, exitCode } = Bun.spawnSync([process.execPath, ...how, fileOf(name, text)], { cwd: root });
    // Under `bun test` stderr says which tests passed.
    const shown = exitCode === 0 && isTest(text) ? "" : stderr.toString();
    expect({ stderr: shown, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  });

  test.each([...inLanguage("json")])("show JSON workflows that check: %s", (name, text) => {
    const document: unknown = JSON.parse(text);
    if (typeof document !== "object" || document === null || !("steps" in document)) return;
    const { diagnostics } = compile(text, { file: name, agents: createAgentRegistry(builtInAgents) });
    expect(diagnostics).toEqual([]);
  });
});
