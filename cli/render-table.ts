import type { Paint } from "./paint.ts";

export type Cell = readonly [text: string, look?: keyof Paint];

/** Columns as wide as their widest cell. The texts must not steer the terminal. */
export function renderTable(head: readonly string[], rows: readonly (readonly Cell[])[], paint: Paint): string {
  const widths = head.map((title, column) =>
    rows.reduce((width, row) => Math.max(width, row[column]?.[0].length ?? 0), title.length),
  );
  const line = (cells: readonly Cell[]): string => {
    const painted = cells.map(([text, look], column) => {
      const isLast = cells.slice(column + 1).every(([later]) => later === "");
      const padding = isLast ? "" : " ".repeat(Math.max(0, (widths[column] ?? 0) - text.length));
      return `${look === undefined ? text : paint[look](text)}${padding}`;
    });
    return `${painted.join("  ").trimEnd()}\n`;
  };
  return [head.map((title): Cell => [title, "dim"]), ...rows].map(line).join("");
}
