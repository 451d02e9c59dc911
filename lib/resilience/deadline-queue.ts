import type { Clock } from "../clock.ts";
import { type Linked, LinkedList } from "./linked-list.ts";

/** Something whose time may run out. Times are on the scale of `Clock.now()`. */
export interface Timed extends Linked {
  /** 0 where nobody wants to know. */
  readonly startedAt: number;
  deadline: number;
  /** Its own timer, when its limit is not that of the queue. */
  timer: Disposable | undefined;
  /** Its time is up. */
  expire(): void;
}

export interface DeadlineQueue {
  /** Expires `timed` at its deadline, which is as far off as all others were when they came. */
  readonly add: (timed: Timed) => void;
  readonly remove: (timed: Timed) => void;
}

/**
 * Watches any number of equal time limits with one timer: equal limits end in the order in which they began, so the first
 * one in line is always the next to end.
 */
export function deadlineQueue(clock: Clock, ms: number, unref: boolean): DeadlineQueue {
  const waiting = new LinkedList<Timed>();
  let timer: Disposable | undefined;
  let isRestPlanned = false;

  const fire = (): void => {
    const now = clock.now();
    let next = waiting.first;
    for (; next !== undefined && next.deadline <= now; next = waiting.first) {
      next.unlink();
      next.expire();
    }
    // Only now: what expired may have added another one, but that is not the next to end.
    timer = next && clock.timer(next.deadline - now, fire, { unref });
  };
  /** Nothing came for a turn of the event loop: an armed timer would only keep the process alive. */
  const rest = (): void => {
    isRestPlanned = false;
    if (waiting.first !== undefined) return;
    timer?.[Symbol.dispose]();
    timer = undefined;
  };
  return {
    add(timed) {
      waiting.add(timed);
      timer ??= clock.timer(ms, fire, { unref });
    },
    remove(timed) {
      timed.unlink();
      if (timer === undefined || unref || isRestPlanned || waiting.first !== undefined) return;
      // Calls often follow each other at once, so the timer is kept for a moment rather than set anew for each.
      isRestPlanned = true;
      clock.timer(0, rest);
    },
  };
}
