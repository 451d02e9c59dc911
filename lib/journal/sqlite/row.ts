import { JournalCorruptError } from "../../errors.ts";
import type { JsonValue } from "../../json.ts";
import type { Row } from "./driver.ts";

// Columns as what they must be. Nothing that a damaged file holds may pass for something else.

export function textIn(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === "string") return value;
  throw new JournalCorruptError(`Cannot read the journal: column "${column}" holds no text`);
}

export function numberIn(row: Row, column: string): number {
  const value = row[column];
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  throw new JournalCorruptError(`Cannot read the journal: column "${column}" holds no number`);
}

export function optionalTextIn(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : textIn(row, column);
}

export function optionalNumberIn(row: Row, column: string): number | undefined {
  return row[column] === null ? undefined : numberIn(row, column);
}

/** The JSON document in a column. `where` says whose it is, in case it is none. */
export function jsonIn(row: Row, column: string, where: string): JsonValue {
  try {
    const value: JsonValue = JSON.parse(textIn(row, column));
    return value;
  } catch (error) {
    throw new JournalCorruptError(`Cannot read ${where}: its record is damaged; restore a copy of the journal`, {
      cause: error,
    });
  }
}
