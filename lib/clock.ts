/** Where time comes from. Everything in `lib` that reads time or waits takes one, so tests and replays own it. */
export interface Clock {
  /** Monotonic milliseconds from an arbitrary origin. */
  now(): number;
  /** Milliseconds since the Unix epoch. May jump; never used to measure. */
  wall(): number;
  /** Resolves after `ms`; rejects with the reason of `signal`, in the same tick, when that aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `fire` once after `ms` unless disposed. `unref` lets the process exit meanwhile. */
  timer(ms: number, fire: () => void, options?: { readonly unref?: boolean }): Disposable;
}

/** The longest delay a runtime's timer accepts: 2^31 - 1 ms, about 24.8 days. A longer one would fire at once. */
export const maxTimerMs = 2 ** 31 - 1;

/** A timer that reaches past {@link maxTimerMs} by arming itself again. */
class SystemTimer implements Disposable {
  #handle: ReturnType<typeof setTimeout> | undefined;

  constructor(ms: number, fire: () => void, unref: boolean) {
    this.#arm(ms, fire, unref);
  }

  #arm(ms: number, fire: () => void, unref: boolean): void {
    const rest = ms - maxTimerMs;
    this.#handle = rest > 0 ? setTimeout(() => this.#arm(rest, fire, unref), maxTimerMs) : setTimeout(fire, ms);
    if (unref) this.#handle.unref();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#handle);
  }
}

/** Resolves after `ms` on any clock's timer; an abort of `signal` ends the wait at once with its reason. */
export function sleepOn(timer: Clock["timer"], ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = (): void => {
      wait[Symbol.dispose]();
      reject(signal?.reason);
    };
    const wait = timer(ms, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

const systemTimer: Clock["timer"] = (ms, fire, options) => new SystemTimer(ms, fire, options?.unref ?? false);

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  sleep: (ms, signal) => sleepOn(systemTimer, ms, signal),
  timer: systemTimer,
};

/** A source of numbers in [0, 1), as `Math.random`. */
export type Random = () => number;

/** The machine's own randomness. */
export const systemRandom: Random = () => Math.random();

/**
 * The same numbers for the same seed, on every runtime: sfc32 seeded through a 32-bit FNV-1a hash of the seed's text.
 * Good enough for jitter and simulation, not for secrets.
 */
export function seededRandom(seed: string | number): Random {
  let a = fnv1a(`${seed}/a`);
  let b = fnv1a(`${seed}/b`);
  let c = fnv1a(`${seed}/c`);
  let counter = 1;
  const next: Random = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 12; round++) next();
  return next;
}

function fnv1a(text: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01_00_01_93);
  }
  return hash | 0;
}

/** A new identifier, unique across machines. */
export type NewId = () => string;

/** Random UUIDs, version 4. */
export const systemId: NewId = () => crypto.randomUUID();
