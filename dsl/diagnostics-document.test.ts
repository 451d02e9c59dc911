import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compile } from "./compile.ts";
import { type Diagnostic, diagnosticCodes } from "./diagnostics.ts";
import { agents, options } from "./fixtures/shop.ts";
import { projectFiles } from "./project-files.ts";

const page = readFileSync(new URL("../docs/diagnostics.md", import.meta.url), "utf8");
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf("\n")), section] as const),
);

/** Files that no page could show, and where in their first line the problem is. */
const unprintable: Readonly<Record<string, readonly [text: string, column: number]>> = {
  JSON_TOO_LARGE: [`{ "name": "${"x".repeat(1_048_576)}" }`, 1],
  JSON_BOM: ["\uFEFF{}", 1],
  JSON_TOO_DEEP: [`${"[".repeat(65)}${"]".repeat(65)}`, 65],
};

const head = '{ "version": "1.0.0", "metadata": { "id": "w", "name": "W" }, "steps":\n';

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "o8-page-"));
  writeFileSync(join(root, "child.o8.json"), fence(page, "json child"));
});
afterAll(() => rmSync(root, { recursive: true }));

/** Examples show the steps of a file, below a line of what all files begin with. */
function diagnose(example: string): readonly Diagnostic[] {
  const name = "order.o8.json";
  const text = example.startsWith("[") ? `${head}${example}\n}` : example;
  writeFileSync(join(root, name), text);
  return compile(text, { agents, files: projectFiles(join(root, name), { root, name, agents }) }).diagnostics;
}

function fence(section: string, info: string): string {
  return section.split(`\`\`\`${info}\n`)[1]?.split("\n```")[0] ?? "";
}

/** As the page writes a diagnostic, with lines counted in the example. */
function shown({ range, severity, message, fix }: Diagnostic, example: string): string {
  const line = (range?.start.line ?? 0) - (example.startsWith("[") ? 1 : 0);
  return `${line}:${range?.start.column} ${severity}: ${message}${fix === undefined ? "" : `\nhelp: ${fix}`}`;
}

describe("docs/diagnostics.md", () => {
  test("has an entry for each code, in the same order, and says what it means", () => {
    expect([...sections.keys()]).toEqual(Object.keys(diagnosticCodes));
    for (const [code, meaning] of Object.entries(diagnosticCodes)) expect(sections.get(code)).toContain(`${meaning}.`);
  });

  test.each([...sections].filter(([code]) => !(code in unprintable)))(
    "shows a file that gives %s alone, where it says, and one that gives nothing",
    (code, section) => {
      const bad = fence(section, "json bad");
      const good = fence(section, "json good");
      const found = diagnose(bad);
      expect<readonly string[]>(found.map((diagnostic) => diagnostic.code)).toEqual([code]);
      expect(found.map((diagnostic) => shown(diagnostic, bad))).toEqual([fence(section, "text")]);
      expect(good).not.toBe("");
      expect(diagnose(good)).toEqual([]);
    },
  );

  test.each(Object.entries(unprintable))("is right about %s, whose files it cannot show", (code, [text, column]) => {
    const found = compile(text, options).diagnostics.map((diagnostic): unknown => [
      diagnostic.code,
      diagnostic.range?.start,
    ]);
    expect(found).toEqual([[code, { line: 1, column, offset: column - 1 }]]);
  });

  test("reports twelve different mistakes of one file at once, in order, at their places", () => {
    const file = fence(page, "text mistakes");
    const { workflow, diagnostics } = compile(file, options);
    const found = diagnostics.map(({ code, range }): readonly string[] => [
      code,
      `${range?.start.line}:${range?.start.column}`,
      file.slice(range?.start.offset, range?.end.offset),
    ]);
    expect(workflow).toBeUndefined();
    expect(found).toEqual([
      ["SCHEMA_VALUE", "2:14", '"one"'],
      ["JSON_DUPLICATE_KEY", "3:51", '"name"'],
      ["JSON_NUMBER_RANGE", "4:42", "12345678901234567890"],
      ["AGENT_UNKNOWN", "6:40", '"@test/shpo"'],
      ["AGENT_INPUT", "7:73", "5"],
      ["SCHEMA_UNKNOWN_KEY", "7:78", '"polices"'],
      ["STEP_DUPLICATE", "8:13", '"buy"'],
      ["EXPRESSION_UNKNOWN_ROOT", "12:30", "inputs"],
      ["STEP_CYCLE", "13:24", '"note"'],
      ["EXPRESSION_SYNTAX", "15:85", "+"],
      ["SCHEMA_CONFLICTING_KEY", "16:46", '"input"'],
      ["STEP_UNKNOWN", "17:82", "fnd"],
    ]);
    expect(fence(page, "text twelve")).toBe(
      diagnostics
        .map(({ code, message, range }) => `${range?.start.line}:${range?.start.column} ${code} ${message}`)
        .join("\n"),
    );
  });
});
