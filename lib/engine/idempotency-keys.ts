import { IdempotencyKeyReusedError } from "../errors.ts";

/** A caller's promise that requests with this key are one request. */
export interface Idempotency {
  /** 1 to 255 visible ASCII characters. */
  readonly key: string;
  /** A hash of the request; another one under the same key is refused. */
  readonly fingerprint: string;
}

/**
 * Remembers what was started under which key. The value is remembered before it is settled, so that two requests at
 * once start one thing, and dropped again if starting fails.
 */
export class IdempotencyKeys<T> {
  readonly #ttlMs: number;
  readonly #claims = new Map<
    string,
    { readonly fingerprint: string; readonly value: Promise<T>; readonly expiresMs: number }
  >();

  constructor(ttlMs: number) {
    this.#ttlMs = ttlMs;
  }

  /**
   * What was started under this key, or undefined.
   *
   * @throws {IdempotencyKeyReusedError} when the key came with another request.
   */
  find({ key, fingerprint }: Idempotency, nowMs: number): Promise<T> | undefined {
    this.#forgetExpired(nowMs);
    const claim = this.#claims.get(key);
    if (claim === undefined) return undefined;
    if (claim.fingerprint === fingerprint) return claim.value;
    throw new IdempotencyKeyReusedError(
      "Cannot start an execution: the idempotency key was used for a different request; use a new key",
    );
  }

  remember({ key, fingerprint }: Idempotency, value: Promise<T>, nowMs: number): void {
    this.#claims.set(key, { fingerprint, value, expiresMs: nowMs + this.#ttlMs });
    value.catch(() => this.#claims.delete(key));
  }

  /** Every claim lives equally long and a Map keeps its order, so the expired ones stand first. */
  #forgetExpired(nowMs: number): void {
    for (const [key, { expiresMs }] of this.#claims) {
      if (expiresMs > nowMs) return;
      this.#claims.delete(key);
    }
  }
}
