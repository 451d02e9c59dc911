import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const files = readdirSync(import.meta.dir)
  .filter((name) => /\.(?:js|css|html)$/.test(name))
  .map((name) => ({ name, text: readFileSync(join(import.meta.dir, name), "utf8") }));

function findings(pattern: RegExp, kind: RegExp): readonly string[] {
  return files
    .filter(({ name }) => kind.test(name))
    .flatMap(({ name, text }) => [...text.matchAll(pattern)].map(([found]) => `${name}: ${found}`));
}

describe("the files of the pages", () => {
  test("make no markup or code of text", () => {
    const sinks =
      /\b(?:innerHTML|outerHTML|insertAdjacentHTML|setHTMLUnsafe|createContextualFragment|srcdoc|eval|Function)\b|document\.write/g;
    expect(findings(sinks, /\.js$/)).toEqual([]);
  });

  test("load nothing from elsewhere, and have no script or style in a page", () => {
    expect(findings(/(?:https?:)?\/\/[\w.-]+\.\w+\/|@import\b(?= ")|url\(/g, /\.(?:css|html)$/)).toEqual([]);
    expect(findings(/<style|<script(?! type="module" src="\/assets\/)|\son\w+=|\sstyle=/g, /\.html$/)).toEqual([]);
    const imported = findings(/(?<=^import .*from ")[^"]+(?=")/gm, /\.js$/);
    expect(imported.filter((finding) => !/: \.\/[\w-]+\.js$/.test(finding))).toEqual([]);
    expect(imported.length).toBeGreaterThan(20);
  });

  test("stop at 300 lines", () => {
    const long = files.filter(({ text }) => text.split("\n").length - 1 > 300).map(({ name }) => name);
    expect(long).toEqual([]);
  });
});
