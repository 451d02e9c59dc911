import { seededRandom, type Random } from "../../clock.ts";

/** Draws everything of a simulation from one seed. */
export class Draw {
  readonly #seed: string;
  readonly #random: Random;

  constructor(seed: string | number) {
    this.#seed = String(seed);
    this.#random = seededRandom(seed);
  }

  /** Draws of its own, so that what is drawn there, more or less of it, changes nothing here. */
  fork(name: string): Draw {
    return new Draw(`${this.#seed}/${name}`);
  }

  chance(probability: number): boolean {
    return probability > 0 && this.#random() < probability;
  }

  /** An integer from `from` to `to`, both included. */
  int(from: number, to: number): number {
    return from + Math.floor(this.#random() * (to - from + 1));
  }

  /** An integer whose size is drawn before its value: as many below 10 as between 100 and 1,000. */
  skewed(from: number, to: number): number {
    return Math.round(from * (to / from) ** this.#random());
  }

  pick<const Choices extends readonly [unknown, ...unknown[]]>(choices: Choices): Choices[number] {
    return choices[this.int(0, choices.length - 1)];
  }

  /** One of any number of choices; undefined when there is none. */
  pickAny<T>(choices: readonly T[]): T | undefined {
    return choices[this.int(0, choices.length - 1)];
  }

  /** Each choice with this probability, in order. */
  some<T>(choices: readonly T[], probability: number): T[] {
    return choices.filter(() => this.chance(probability));
  }
}
