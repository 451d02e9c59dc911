import type { Sample } from "./prometheus-text.ts";

/** Upper bounds in seconds, from a quick step to a long run. */
const bounds: readonly number[] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300, 3_600];

/** Counts durations by how long they are. */
export class DurationHistogram {
  readonly #counts = new Float64Array(bounds.length + 1);
  #seconds = 0;
  #count = 0;

  observe(ms: number): void {
    const seconds = ms / 1_000;
    let index = 0;
    while (index < bounds.length && seconds > (bounds[index] ?? 0)) index++;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#seconds += seconds;
    this.#count++;
  }

  /** Buckets hold all that is at most their bound, so each holds those before it. */
  samples(): readonly Sample[] {
    let below = 0;
    const buckets = [...bounds, Infinity].map((bound, index): Sample => {
      below += this.#counts[index] ?? 0;
      return { suffix: "_bucket", labels: { le: bound === Infinity ? "+Inf" : String(bound) }, value: below };
    });
    return [...buckets, { suffix: "_sum", value: this.#seconds }, { suffix: "_count", value: this.#count }];
  }
}
