import type { Diagnostic, Position } from "./diagnostics.ts";
import { textWidth } from "./text-width.ts";

/** How the parts of a frame are coloured. By default they are not. */
export interface FrameColours {
  readonly error: Paint;
  readonly warning: Paint;
  readonly muted: Paint;
  readonly fix: Paint;
}

type Paint = (text: string) => string;

const plain: Paint = (text) => text;
const noColours: FrameColours = { error: plain, warning: plain, muted: plain, fix: plain };

/** The most columns of a source line that are shown. */
const maxWidth = 100;

/**
 * A diagnostic for a terminal: what and where, the line before, the line with the place underlined, and the fix. Control
 * characters of the source are replaced, so that a file cannot steer the terminal.
 */
export function renderDiagnostic(diagnostic: Diagnostic, text: string, colours: FrameColours = noColours): string {
  const { code, severity, message, file, range, fix } = diagnostic;
  const where =
    range === undefined ? `${file}${diagnostic.pointer}` : `${file}:${range.start.line}:${range.start.column}`;
  const title = `${printable(where)} ${colours[severity](`${severity} ${code}`)} ${printable(message)}`;
  const help = fix === undefined ? [] : [colours.fix(`  help: ${printable(fix)}`)];
  if (range === undefined) return [title, ...help].join("\n");
  return [title, ...frame(text, range.start, range.end, colours[severity], colours.muted), ...help].join("\n");
}

function frame(text: string, start: Position, end: Position, mark: Paint, muted: Paint): readonly string[] {
  const line = lineAround(text, start.offset);
  const gutter = String(start.line).length + 2;
  const from = firstColumn(line, start.column);
  // Beside the middle of a long line, the middle of the line before says nothing.
  const previous = start.line === 1 || from > 1 ? undefined : lineAround(text, start.offset - start.column);
  const clip = (source: string): string => printable(clipped(source, from));
  const lastColumn = end.line === start.line ? end.column : line.length + 1;
  const shownEnd = Math.min(lastColumn, from + maxWidth);
  const before = printable(line.slice(from - 1, start.column - 1));
  const marked = printable(line.slice(start.column - 1, shownEnd - 1));
  const carets = "^".repeat(Math.max(1, textWidth(marked)));
  const indent = " ".repeat(textWidth(before) + (from > 1 ? 1 : 0));
  return [
    ...(previous === undefined ? [] : [muted(`${String(start.line - 1).padStart(gutter)} | ${clip(previous)}`)]),
    `${muted(`${String(start.line).padStart(gutter)} |`)} ${clip(line)}`,
    `${muted(`${" ".repeat(gutter)} |`)} ${indent}${mark(carets)}`,
  ];
}

function lineAround(text: string, offset: number): string {
  const start = offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
  const end = text.indexOf("\n", offset);
  return text.slice(start, end === -1 ? text.length : end).replace(/\r$/, "");
}

/** The column that the shown part begins at, so that the marked place is inside. */
function firstColumn(line: string, column: number): number {
  if (line.length <= maxWidth || column <= maxWidth * 0.6) return 1;
  const first = Math.max(1, Math.min(column - Math.floor(maxWidth / 2), line.length - maxWidth + 1));
  // Never the second half of a character that takes two units.
  return /^[\uDC00-\uDFFF]/.test(line.slice(first - 1)) ? first + 1 : first;
}

/** A dot row stands where text was left out; at the left it takes one column. */
function clipped(line: string, from: number): string {
  const shown = line.slice(from - 1, from - 1 + maxWidth);
  return `${from > 1 ? "…" : ""}${shown}${from - 1 + maxWidth < line.length ? "…" : ""}`;
}

/** Keeps the number of columns. Tabs become one space; invisible and control characters a replacement mark. */
function printable(text: string): string {
  return text
    .replaceAll("\t", " ")
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => "\uFFFD".repeat(character.length));
}
