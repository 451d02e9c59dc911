import { createHash } from "node:crypto";
import type { JsonValue } from "../../json.ts";
import type { CheckpointKey } from "../checkpoint.ts";
import type { Driver, Statement } from "./driver.ts";
import { numberIn } from "./row.ts";

/** A longer JSON text, in UTF-16 units, stands in a table of its own, once for all places with the same one. */
const maxInlineLength = 4_096;

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
  write(execution: number, { step, item, iteration }: CheckpointKey, value: JsonValue): boolean {
    const text = JSON.stringify(value);
    const isLong = text.length > maxInlineLength;
    const blob = isLong ? this.#blob(text) : null;
    const { changes } = this.#insert.run(execution, step, item, iteration, isLong ? null : text, blob);
    return Number(changes) === 1;
  }

  #blob(text: string): number {
    const hash = createHash("sha256").update(text).digest();
    const found = this.#findBlob.get(hash);
    return found === undefined ? Number(this.#insertBlob.run(hash, text).lastInsertRowid) : numberIn(found, "key");
  }
}
