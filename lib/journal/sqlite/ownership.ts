import type { Claim, ClaimQuery } from "../journal.ts";
import type { Driver, Row, Statement } from "./driver.ts";
import type { Lease } from "./lease.ts";
import { numberIn, textIn } from "./row.ts";

/** Who goes on with which execution. Everything here but `isAnyFree` runs inside a transaction. */
export class Ownership {
  readonly #lease: Lease;
  readonly #free: Statement;
  readonly #freeOne: Statement;
  readonly #take: Statement;
  readonly #release: Statement;
  readonly #releaseAll: Statement;
  readonly #remove: Statement;
  readonly #dropOwner: Statement;
  readonly #dropDead: Statement;

  constructor(database: Driver, lease: Lease) {
    this.#lease = lease;
    const free = `
      SELECT key, id, fence FROM executions
      WHERE ended_at IS NULL AND (owner IS NULL OR owner NOT IN (SELECT value FROM json_each(?)))`;
    this.#free = database.prepare(`${free} ORDER BY created_at, key LIMIT ?`);
    this.#freeOne = database.prepare(`${free} AND id = ? LIMIT ?`);
    this.#take = database.prepare("UPDATE executions SET owner = ?, fence = ? WHERE key = ?");
    this.#release = database.prepare("UPDATE executions SET owner = NULL WHERE id = ? AND owner = ?");
    this.#releaseAll = database.prepare("UPDATE executions SET owner = NULL WHERE ended_at IS NULL AND owner = ?");
    this.#remove = database.prepare("DELETE FROM executions WHERE id = ?");
    this.#dropOwner = database.prepare("DELETE FROM owners WHERE key = ?");
    this.#dropDead = database.prepare(`
      DELETE FROM owners WHERE key NOT IN (SELECT value FROM json_each(?))
      AND NOT EXISTS (SELECT 1 FROM executions WHERE ended_at IS NULL AND owner = owners.key)`);
  }

  /** Whether a claim would find something, so that asking in vain takes no lock. */
  isAnyFree({ executionId }: ClaimQuery): boolean {
    return this.#findFree(JSON.stringify(this.#lease.living()), executionId, 1).length > 0;
  }

  claim({ executionId, limit = 100 }: ClaimQuery): readonly Claim[] {
    const living = JSON.stringify([...this.#lease.living(), this.#lease.owner]);
    const claims = this.#findFree(living, executionId, Math.min(limit, Number.MAX_SAFE_INTEGER)).map((row) => {
      const fence = numberIn(row, "fence") + 1;
      this.#take.run(this.#lease.owner, fence, numberIn(row, "key"));
      return { executionId: textIn(row, "id"), fence };
    });
    this.#dropDead.run(living);
    return claims;
  }

  release(executionId: string): void {
    this.#release.run(executionId, this.#lease.owner);
  }

  /** Drops an execution, whoever owns it, with all that refers to it. */
  remove(executionId: string): void {
    this.#remove.run(executionId);
  }

  releaseAll(): void {
    this.#releaseAll.run(this.#lease.owner);
    this.#dropOwner.run(this.#lease.owner);
  }

  #findFree(living: string, executionId: string | undefined, limit: number): readonly Row[] {
    return executionId === undefined ? this.#free.all(living, limit) : this.#freeOne.all(living, executionId, limit);
  }
}
