/** Where time comes from. Everything in `lib` that reads time or waits takes one, so tests and replays own it. */
export interface Clock {
  /** Monotonic milliseconds from an arbitrary origin. */
  now(): number;
  /** Milliseconds since the Unix epoch. May jump; never used to measure. */
  wall(): number;
  /** Calls `fire` once after `ms` unless disposed. `unref` lets the process exit meanwhile. */
  timer(ms: number, fire: () => void, options?: { readonly unref?: boolean }): Disposable;
}

/** The longest delay a runtime's timer accepts: 2^31 - 1 ms, about 24.8 days. A longer one would fire at once. */
export const maxTimerMs = 2 ** 31 - 1;

/** Resolves after `ms` on a clock's timer; rejects with the reason of `signal`, in the same tick, when that aborts first. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = (): void => {
      wait[Symbol.dispose]();
      reject(signal?.reason);
    };
    const wait = clock.timer(ms, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/** The machine's own clock. Its timers reach past {@link maxTimerMs} by arming themselves again. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  timer(ms, fire, options) {
    let handle: ReturnType<typeof setTimeout>;
    const arm = (left: number): void => {
      handle = left > maxTimerMs ? setTimeout(arm, maxTimerMs, left - maxTimerMs) : setTimeout(fire, left);
      if (options?.unref === true) handle.unref();
    };
    arm(ms);
    return { [Symbol.dispose]: () => clearTimeout(handle) };
  },
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
