import type { Paint } from "../paint.ts";

export type Section = readonly [title: string, lines: readonly string[]];

/** Sections under their titles. An empty one is left out. */
export function renderSections(sections: readonly Section[], { bold }: Pick<Paint, "bold">): string {
  return sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => `\n${bold(title)}\n${linesOf(lines)}`)
    .join("");
}

export function linesOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

export function indented(text: string): readonly string[] {
  return text.split("\n").map((line) => `  ${line}`);
}
