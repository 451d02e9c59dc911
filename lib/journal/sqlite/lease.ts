import { randomInt } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { Driver, Row, Statement } from "./driver.ts";
import { isGone, type ProcessIdentity, thisProcess } from "./process-identity.ts";
import { numberIn, textIn } from "./row.ts";
import { Listeners } from "../listeners.ts";
import type { GroupCommit } from "./group-commit.ts";

/**
 * The lease of an owner: one row, however many executions it owns. It is renewed every third of its time, along with
 * whatever is being written then.
 */
export class Lease {
  /** Drawn, not counted: a number that never comes again cannot be taken for that of an earlier owner. */
  readonly owner = randomInt(1, 2 ** 48 - 1);
  readonly #commits: GroupCommit;
  readonly #clock: Clock;
  readonly #leaseMs: number;
  readonly #renew: Statement;
  readonly #everyone: Statement;
  readonly #own: Statement;
  readonly #lapses = new Listeners();
  #renewAt = -Infinity;
  #isHeld = false;
  #timer: Disposable | undefined;

  constructor(database: Driver, commits: GroupCommit, clock: Clock, leaseMs: number) {
    this.#commits = commits;
    this.#clock = clock;
    this.#leaseMs = leaseMs;
    this.#renew = database.prepare(`
      INSERT INTO owners (key, host, pid, process_start, expires_at) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at`);
    this.#own = database.prepare("SELECT expires_at FROM owners WHERE key = ?");
    this.#everyone = database.prepare("SELECT key, host, pid, process_start, expires_at FROM owners");
  }

  /** Renews the lease with the next commit, if it is time to. Call before every write that takes the lease for granted. */
  keep(): void {
    const now = this.#clock.now();
    if (now < this.#renewAt) return;
    const wasHeld = this.#isHeld;
    this.#isHeld = true;
    const everyMs = this.#leaseMs / 3;
    this.#renewAt = now + everyMs;
    this.#timer?.[Symbol.dispose]();
    this.#timer = this.#clock.timer(everyMs, () => this.keep(), { unref: true });
    this.#commits
      .run(() => this.#write())
      .then((isInTime) => (wasHeld && !isInTime ? this.#lapses.tell() : undefined))
      // The next write or the next third tries again; until then the lease is still good.
      .catch(() => {
        if (this.#renewAt !== Infinity) this.#renewAt = -Infinity;
      });
  }

  /** Calls `onLapse` when the lease had ended before it was renewed. */
  watch(onLapse: () => void): Disposable {
    return this.#lapses.add(onLapse);
  }

  /** Whether the lease had not ended yet. */
  #write(): boolean {
    const { host, pid, start } = thisProcess();
    const before = this.#own.get(this.owner);
    const now = this.#clock.wall();
    this.#renew.run(this.owner, host, pid, start, Math.ceil(now + this.#leaseMs));
    return before !== undefined && numberIn(before, "expires_at") > now;
  }

  /** Owners whose lease has not ended and whose process, as far as can be known here, has not either. */
  living(): readonly number[] {
    const now = this.#clock.wall();
    return this.#everyone
      .all()
      .filter((row) => numberIn(row, "expires_at") > now && !isGone(identityIn(row)))
      .map((row) => numberIn(row, "key"));
  }

  /** Whether it was ever taken. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Renews it no more. */
  stop(): void {
    this.#timer?.[Symbol.dispose]();
    this.#renewAt = Infinity;
  }
}

function identityIn(row: Row): ProcessIdentity {
  return { host: textIn(row, "host"), pid: numberIn(row, "pid"), start: textIn(row, "process_start") };
}
