import { JournalCorruptError } from "../../errors.ts";
import { isJsonObject } from "../../json.ts";
import type { Delivery, Message } from "../journal.ts";
import type { Driver, Row, Statement } from "./driver.ts";
import { jsonIn, numberIn, textIn } from "./row.ts";

/** Messages for executions, whoever owns them. */
export class MessageTable {
  readonly #recipient: Statement;
  readonly #insert: Statement;
  readonly #waiting: Statement;

  constructor(database: Driver) {
    this.#recipient = database.prepare("SELECT key FROM executions WHERE id = ? AND ended_at IS NULL");
    this.#insert = database.prepare(
      "INSERT INTO messages (execution, message_id, body) VALUES (?, ?, ?) ON CONFLICT (execution, message_id) DO NOTHING",
    );
    this.#waiting = database.prepare(`
      SELECT m.id, m.body, e.id AS execution_id FROM messages m JOIN executions e ON e.key = m.execution
      WHERE m.body IS NOT NULL AND e.owner = ? ORDER BY m.id`);
  }

  /** Runs inside a transaction. */
  send(executionId: string, message: Message): boolean {
    const recipient = this.#recipient.get(executionId);
    if (recipient === undefined) return false;
    const id = message.kind === "signal" ? (message.id ?? null) : null;
    this.#insert.run(numberIn(recipient, "key"), id, JSON.stringify(message));
    return true;
  }

  /** What waits for the executions of an owner. */
  waitingFor(owner: number): readonly Delivery[] {
    return this.#waiting.all(owner).map(deliveryIn);
  }
}

function deliveryIn(row: Row): Delivery {
  const executionId = textIn(row, "execution_id");
  const where = `a message for execution "${executionId}"`;
  const message: unknown = jsonIn(row, "body", where);
  if (isMessage(message)) return { deliveryId: numberIn(row, "id"), executionId, message };
  throw new JournalCorruptError(`Cannot read ${where}: its record is damaged; restore a copy of the journal`);
}

function isMessage(value: unknown): value is Message {
  return isJsonObject(value) && (value["kind"] === "cancel" || value["kind"] === "signal");
}
