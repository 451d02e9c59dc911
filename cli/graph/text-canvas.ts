import { glyphs } from "../../dsl/graph/text-width.ts";

/** The sides of a cell that a line leaves by. */
export const side = { up: 1, right: 2, down: 4, left: 8 } as const;

/** What each set of sides looks like, by its sum. */
const unicodeLines = " ╵╶└╷│┌├╴┘─┴┐┤┬┼";
const asciiLines = " |-+||++-+-+++++";

/** A grid of characters in which lines that meet become one drawing. */
export class TextCanvas {
  readonly #texts: (string | undefined)[][] = [];
  readonly #lines: number[][] = [];
  readonly #dashed: boolean[][] = [];
  readonly #hasUnicode: boolean;

  constructor(hasUnicode: boolean) {
    this.#hasUnicode = hasUnicode;
  }

  /** Puts text over whatever is there. A wide character takes the cells beside it. */
  write(x: number, y: number, text: string): void {
    let at = x;
    for (const { text: glyph, columns } of glyphs(text)) {
      if (columns === 0) continue;
      this.#row(this.#texts, y)[at] = glyph;
      for (let beside = 1; beside < columns; beside++) this.#row(this.#texts, y)[at + beside] = "";
      at += columns;
    }
  }

  vertical(x: number, from: number, to: number, isDashed: boolean): void {
    for (let y = from; y <= to; y++) this.#add(x, y, (y > from ? side.up : 0) | (y < to ? side.down : 0), isDashed);
  }

  horizontal(y: number, from: number, to: number, isDashed: boolean): void {
    const [left, right] = from < to ? [from, to] : [to, from];
    for (let x = left; x <= right; x++) {
      this.#add(x, y, (x > left ? side.left : 0) | (x < right ? side.right : 0), isDashed);
    }
  }

  toString(): string {
    const height = Math.max(this.#texts.length, this.#lines.length);
    return Array.from({ length: height }, (_, y) => `${this.#line(y)}\n`).join("");
  }

  #line(y: number): string {
    const texts = this.#texts[y] ?? [];
    const lines = this.#lines[y] ?? [];
    const width = Math.max(texts.length, lines.length);
    return Array.from({ length: width }, (_, x) => texts[x] ?? this.#lineAt(x, y, lines[x] ?? 0))
      .join("")
      .trimEnd();
  }

  #lineAt(x: number, y: number, sides: number): string {
    const isDashed = this.#dashed[y]?.[x] === true;
    if (isDashed && sides === (side.up | side.down)) return this.#hasUnicode ? "┆" : ":";
    if (isDashed && sides === (side.left | side.right)) return this.#hasUnicode ? "┄" : ".";
    return (this.#hasUnicode ? unicodeLines : asciiLines)[sides] ?? " ";
  }

  /** A cell that any plain line passes is plain. */
  #add(x: number, y: number, sides: number, isDashed: boolean): void {
    const lines = this.#row(this.#lines, y);
    const dashed = this.#row(this.#dashed, y);
    dashed[x] = isDashed && (dashed[x] ?? true);
    lines[x] = (lines[x] ?? 0) | sides;
  }

  #row<T>(rows: T[][], y: number): T[] {
    while (rows.length <= y) rows.push([]);
    return rows[y] ?? [];
  }
}
