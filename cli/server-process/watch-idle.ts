import type { Clock } from "../../lib/clock.ts";

export interface IdleWatch {
  readonly clock: Clock;
  /** How long nothing may happen. */
  readonly idleMs: number;
  /** How long nothing has happened. */
  readonly quietMs: () => number;
  readonly onIdle: () => void;
}

/** Looks so many times while nothing happens. */
const looks = 15;

/** Calls `onIdle` once when nothing has happened for long enough, unless it is disposed before. */
export function watchIdle({ clock, idleMs, quietMs, onIdle }: IdleWatch): Disposable {
  const look = (): Disposable => clock.timer(idleMs / looks, check, { unref: true });
  const check = (): void => {
    if (quietMs() >= idleMs) onIdle();
    else timer = look();
  };
  let timer = look();
  return { [Symbol.dispose]: () => timer[Symbol.dispose]() };
}
