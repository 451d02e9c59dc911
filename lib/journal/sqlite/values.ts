import { createHash } from "node:crypto";
import type { JsonValue } from "../../json.ts";
import type { CheckpointKey } from "../checkpoint.ts";
import type { Driver, SqlValue, Statement } from "./driver.ts";
import { numberIn } from "./row.ts";

/** A longer JSON text, in UTF-16 units, stands in a table of its own, once for all places with the same one. */
const maxInlineLength = 4_096;

/** Instead of a JSON text, which is never empty: the events show the value whole. */
export const asShown = "";

/** Whole values, each at the place that an execution is resumed from. Runs inside a transaction. */
export class ValueWriter {
  readonly #insert: Statement;
  readonly #findBlob: Statement;
  readonly #insertBlob: Statement;

  constructor(database: Driver) {
    this.#insert = database.prepare(`
      INSERT INTO checkpoints (execution, step, item, iteration, value, blob) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING`);
    this.#findBlob = database.prepare("SELECT key FROM blobs WHERE hash = ?");
    this.#insertBlob = database.prepare("INSERT INTO blobs (hash, body) VALUES (?, ?)");
  }

  /** False when there is a value at this place already, which stays. */
  write(execution: number, place: CheckpointKey, value: JsonValue): boolean {
    const text = JSON.stringify(value);
    return text.length > maxInlineLength
      ? this.#add(execution, place, null, this.#blob(text))
      : this.#add(execution, place, text, null);
  }

  /** Marks a value that the events show whole. False as for {@link write}. */
  mark(execution: number, place: CheckpointKey): boolean {
    return this.#add(execution, place, asShown, null);
  }

  #add(execution: number, { step, item, iteration }: CheckpointKey, ...value: readonly SqlValue[]): boolean {
    return Number(this.#insert.run(execution, step, item, iteration, ...value).changes) === 1;
  }

  #blob(text: string): number {
    const hash = createHash("sha256").update(text).digest();
    const found = this.#findBlob.get(hash);
    return found === undefined ? Number(this.#insertBlob.run(hash, text).lastInsertRowid) : numberIn(found, "key");
  }
}
