import * as v from "valibot";

/** What was measured, hour by hour. */
export type Series = readonly { readonly time: string; readonly value: number }[];

const time = v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:00Z$/, 'a full hour such as "2026-09-07T08:00Z"'));
const priceFile = v.object({
  hours: v.pipe(v.array(v.object({ time, price: v.pipe(v.number(), v.finite()) })), v.minLength(1)),
});

/**
 * Reads the sum of some columns of a CSV file, whose first one is the time.
 *
 * @throws {SyntaxError} that names the first line which is wrong.
 */
export function parseCsv(text: string, columns: readonly string[]): Series {
  const [header = "", ...lines] = text.trimEnd().split("\n");
  const names = header.split(",");
  if (names[0] !== "time" || columns.some((column) => !names.includes(column))) {
    throw new SyntaxError(`line 1: its columns must be time,${columns.join(",")}`);
  }
  if (lines.length === 0) throw new SyntaxError("line 2: there must be at least one hour");
  return lines.map((line, index) => {
    const cells = line.split(",");
    const at = `line ${index + 2}`;
    if (cells.length !== names.length) throw new SyntaxError(`${at}: it must have ${names.length} columns`);
    if (!v.is(time, cells[0])) throw new SyntaxError(`${at}: time must be a full hour such as 2026-09-07T08:00Z`);
    const values = columns.map((column) => numberIn(cells[names.indexOf(column)] ?? "", `${at}: ${column}`));
    return { time: cells[0], value: values.reduce((sum, value) => sum + value, 0) };
  });
}

/**
 * Reads a file of prices.
 *
 * @throws {SyntaxError} that names the first place which is wrong.
 */
export function parsePrices(text: string): Series {
  const { output, issues, success } = v.safeParse(priceFile, jsonOf(text));
  if (success) return output.hours.map((hour) => ({ time: hour.time, value: hour.price }));
  const [issue] = issues;
  throw new SyntaxError(`${v.getDotPath(issue) ?? "the file"}: it must be ${issue.expected ?? issue.message}`);
}

function numberIn(cell: string, place: string): number {
  const value = Number(cell);
  if (cell.trim() === "" || !Number.isFinite(value)) throw new SyntaxError(`${place} must be a number`);
  return value;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError("the file: it must be JSON", { cause });
  }
}
