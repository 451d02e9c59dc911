import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Clock } from "../../lib/clock.ts";

export interface IssuedSecretsOptions {
  /** How many are good at once; one more, and the oldest is not any longer. */
  readonly capacity: number;
  /** Milliseconds that one is good for. Default: as long as the process lives. */
  readonly ttlMs?: number;
  readonly clock: Clock;
}

interface Issued {
  readonly digest: Buffer;
  readonly expiresAt: number;
}

/**
 * Random secrets of 32 bytes that were handed out. Only their digests are kept, and looking for one takes equally long
 * whichever it is.
 */
export class IssuedSecrets {
  readonly #clock: Clock;
  readonly #capacity: number;
  readonly #ttlMs: number;
  #issued: readonly Issued[] = [];

  constructor({ capacity, ttlMs = Infinity, clock }: IssuedSecretsOptions) {
    this.#clock = clock;
    this.#capacity = capacity;
    this.#ttlMs = ttlMs;
  }

  issue(): string {
    const secret = randomBytes(32).toString("base64url");
    const issued = { digest: digestOf(secret), expiresAt: this.#clock.now() + this.#ttlMs };
    this.#issued = [...this.#issued, issued].slice(-this.#capacity);
    return secret;
  }

  has(secret: string): boolean {
    return this.#find(secret) !== undefined;
  }

  /** Whether it was good. It is not any longer. */
  take(secret: string): boolean {
    const found = this.#find(secret);
    this.#issued = this.#issued.filter((issued) => issued !== found);
    return found !== undefined;
  }

  #find(secret: string): Issued | undefined {
    const digest = digestOf(secret);
    const now = this.#clock.now();
    let found: Issued | undefined;
    // To the end, wherever it stands.
    for (const issued of this.#issued) {
      if (timingSafeEqual(issued.digest, digest) && now < issued.expiresAt) found = issued;
    }
    return found;
  }
}

function digestOf(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}
