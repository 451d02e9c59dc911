import type { Peer } from "./peer.ts";

/** A promise that a guard must keep, written once for every library. */
export interface Case {
  /** In the research notes. */
  readonly id: string;
  readonly promise: string;
  /** The libraries that are known to break it. */
  readonly brokenBy: readonly string[];
  /** Whether the library keeps it; undefined when it has nothing to break it with. */
  keeps(peer: Peer): Promise<boolean | undefined>;
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** How a promise ended, or "pending" when it had not after `ms`. */
export async function endOf(promise: Promise<unknown>, ms: number): Promise<unknown> {
  return Promise.race([promise.catch((error: unknown) => error), sleep(ms).then(() => "pending")]);
}

/** A promise that somebody else settles. */
export class Deferred<T> {
  readonly promise: Promise<T>;
  #resolve: (value: T) => void = () => undefined;
  #reject: (reason: unknown) => void = () => undefined;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  resolve(value: T): void {
    this.#resolve(value);
  }

  reject(reason: unknown): void {
    this.#reject(reason);
  }
}

/** Runs `body` while both clocks of the machine are off by so much: one may be set, the other cannot be. */
export async function withClocksShifted<T>(
  { wall, monotonic }: { readonly wall: number; readonly monotonic: number },
  body: () => Promise<T>,
): Promise<T> {
  const { now } = Date;
  const original = performance.now.bind(performance);
  Date.now = () => now() + wall;
  performance.now = () => original() + monotonic;
  try {
    return await body();
  } finally {
    Date.now = now;
    performance.now = original;
  }
}

/** Runs `body` with timers that fire at once, and gives the delays that they were set to. */
export async function delaysOf(body: () => Promise<unknown>): Promise<readonly number[]> {
  const original = globalThis.setTimeout;
  const delays: number[] = [];
  const fireAtOnce = (fire: () => void, ms = 0): unknown => {
    delays.push(ms);
    return original(fire, 0);
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as much of it as libraries use
  globalThis.setTimeout = fireAtOnce as typeof setTimeout;
  try {
    await body();
  } finally {
    globalThis.setTimeout = original;
  }
  return delays;
}
