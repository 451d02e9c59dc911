import { systemClock } from "./clock.ts";

/** A new identifier, unique across machines. */
export type NewId = () => string;

/** How many ids of one millisecond are told apart by their counter. */
const idsPerMs = 4_096;
/** Counts as ids have them, each made once. */
const counters: (string | undefined)[] = [];

/** Of one process, in the order they were made: {@link timeOrderedIds} by the machine's own clock. */
export const systemId: NewId = timeOrderedIds(() => systemClock.wall());

/**
 * UUIDs of version 7, RFC 9562: milliseconds since the epoch, a counter within one (section 6.2, method 1), then 62 random
 * bits. Those of one source sort by when they were made, so a database keeps new ones side by side; a clock that is set
 * back, or more ids than a millisecond has room for, let them run ahead of the time.
 */
export function timeOrderedIds(wall: () => number): NewId {
  let ms = -1;
  let count = 0;
  let start = "";
  return () => {
    const now = wall();
    if (now > ms || ++count === idsPerMs) {
      ms = Math.max(now, ms + 1);
      count = 0;
      const digits = ms.toString(16).padStart(12, "0");
      start = `${digits.slice(0, 8)}-${digits.slice(8)}-7`;
    }
    return `${start}${(counters[count] ??= count.toString(16).padStart(3, "0"))}${crypto.randomUUID().slice(18)}`;
  };
}
