import type { Clock } from "../../clock.ts";
import { Listeners } from "../listeners.ts";
import type { Driver, Statement } from "./driver.ts";

const pollMs = 100;

/**
 * Tells when somebody else has changed the file: asking costs microseconds, since SQLite only reads a counter. What this
 * connection itself writes does not show in it, so the journal tells of that.
 */
export class ChangeWatch {
  readonly #askVersion: Statement;
  readonly #clock: Clock;
  readonly #listeners = new Listeners();
  #version: unknown;
  #timer: Disposable | undefined;

  constructor(database: Driver, clock: Clock) {
    this.#askVersion = database.prepare("PRAGMA data_version");
    this.#clock = clock;
  }

  /** Calls `listener` after each change, until it is disposed. */
  add(listener: () => void): Disposable {
    const added = this.#listeners.add(listener);
    if (this.#timer === undefined) this.#arm();
    return {
      [Symbol.dispose]: () => {
        added[Symbol.dispose]();
        if (this.#listeners.isEmpty) this.stop();
      },
    };
  }

  tell(): void {
    this.#listeners.tell();
  }

  /** Asks no more. */
  stop(): void {
    this.#listeners.clear();
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  #arm(): void {
    this.#timer = this.#clock.timer(pollMs, () => this.#look(), { unref: true });
  }

  #look(): void {
    const version = this.#readVersion();
    const hasChanged = version !== this.#version;
    this.#version = version;
    this.#arm();
    if (hasChanged) this.tell();
  }

  /** A file that cannot be read now has not changed as far as anybody can tell. */
  #readVersion(): unknown {
    try {
      return this.#askVersion.get()?.["data_version"];
    } catch {
      return this.#version;
    }
  }
}
