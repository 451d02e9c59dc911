import type { Tally } from "./tally.ts";
import type { WindowSnapshot } from "./window-snapshot.ts";

/** A row of failures. */
export class ConsecutiveTally implements Tally {
  readonly #limit: number;
  #row = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  succeed(): boolean {
    this.#row = 0;
    return false;
  }

  fail(): boolean {
    return ++this.#row >= this.#limit;
  }

  clear(): void {
    this.#row = 0;
  }

  snapshot(): WindowSnapshot {
    return { kind: "consecutive", failures: this.#row };
  }

  restore(saved: WindowSnapshot): void {
    if (saved.kind === "consecutive") this.#row = saved.failures;
  }
}
