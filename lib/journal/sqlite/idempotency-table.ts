import type { IdempotencyClaim } from "../journal.ts";
import { keyReused } from "../refusals.ts";
import type { Driver, Statement } from "./driver.ts";
import { numberIn, textIn } from "./row.ts";

/** Which execution a request has started. Runs inside a transaction. */
export class IdempotencyTable {
  readonly #find: Statement;
  readonly #replace: Statement;
  readonly #dropExpired: Statement;

  constructor(database: Driver) {
    this.#find = database.prepare(`
      SELECT k.fingerprint, k.expires_at, e.id FROM idempotency_keys k JOIN executions e ON e.key = k.execution
      WHERE k.key = ?`);
    this.#replace = database.prepare(
      "INSERT OR REPLACE INTO idempotency_keys (key, fingerprint, execution, expires_at) VALUES (?, ?, ?, ?)",
    );
    this.#dropExpired = database.prepare("DELETE FROM idempotency_keys WHERE expires_at <= ?");
  }

  holderOf({ key, fingerprint }: IdempotencyClaim, now: number): string | undefined {
    const row = this.#find.get(key);
    if (row === undefined || numberIn(row, "expires_at") <= now) return undefined;
    if (textIn(row, "fingerprint") !== fingerprint) throw keyReused();
    return textIn(row, "id");
  }

  add({ key, fingerprint, ttlMs }: IdempotencyClaim, execution: number, now: number): void {
    this.#replace.run(key, fingerprint, execution, now + ttlMs);
  }

  /** How many keys nobody can use any more. */
  dropExpired(now: number): number {
    return Number(this.#dropExpired.run(now).changes);
  }
}
