import stringWidth from "string-width";

const segments = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** What a reader sees as one character, and how many columns of a terminal it takes. */
export interface Glyph {
  readonly text: string;
  readonly columns: number;
}

export function glyphs(text: string): readonly Glyph[] {
  return Array.from(segments.segment(text), ({ segment }) => ({ text: segment, columns: stringWidth(segment) }));
}

export function columnsOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  return glyphs(text).reduce((sum, { columns }) => sum + columns, 0);
}

/** The text, or as much of it as fits with an ellipsis. */
export function shortened(text: string, maxColumns: number, ellipsis = "…"): string {
  if (columnsOf(text) <= maxColumns) return text;
  let kept = "";
  let left = maxColumns - ellipsis.length;
  for (const { text: glyph, columns } of glyphs(text)) {
    left -= columns;
    if (left < 0) break;
    kept += glyph;
  }
  return `${kept.trimEnd()}${ellipsis}`;
}
