import { type Clock, sleep, systemClock } from "../lib/clock.ts";
import { VirtualClock } from "../lib/testing/virtual-clock.ts";

/** Work that goes on outside of virtual time, such as an HTTP request that is being answered. */
export interface RealWork {
  /** Pieces of work that may end at any time. */
  readonly working: ReadonlySet<object>;
}

/**
 * How many real milliseconds work may take of which nobody can tell that it goes on. After that it counts as hung. Each is
 * slept by itself, so that a machine that is slow is given more.
 */
const graceMs = 100;

/**
 * Lets virtual time pass until `work` settles: always to the next timer, and never while calls of agents or requests go on
 * that are not asleep on the clock. `stuck` says why it will never settle, when no timer is left.
 */
export async function drive<T>(
  work: Promise<T>,
  { clock, real, stuck }: { readonly clock: Clock; readonly real: RealWork; readonly stuck: () => Error },
): Promise<T> {
  if (!(clock instanceof VirtualClock)) return await work;
  let isSettled = false;
  const settle = (): void => void (isSettled = true);
  work.then(settle, settle);
  const hung = new WeakSet<object>();
  await clock.advance(0);
  for (;;) {
    if (isSettled) return await work;
    if (await isAtWork(clock, real, hung, () => isSettled)) await clock.advance(0);
    else if (!(await clock.next())) throw stuck();
  }
}

/** Waits, in real time, for what goes on outside of virtual time. False when that is nothing, or has hung. */
async function isAtWork(
  clock: VirtualClock,
  { working }: RealWork,
  hung: WeakSet<object>,
  isSettled: () => boolean,
): Promise<boolean> {
  const awake = [...working].filter((piece) => !hung.has(piece));
  // Which of the calls sleep is not known; as many as sleep may.
  if (awake.length <= clock.sleeping) return false;
  const before = { size: working.size, sleeping: clock.sleeping };
  for (let ms = 0; ms < graceMs; ms++) {
    await sleep(systemClock, 1);
    if (isSettled() || working.size !== before.size || clock.sleeping !== before.sleeping) return true;
  }
  for (const piece of awake) hung.add(piece);
  return false;
}
