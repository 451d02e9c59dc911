import { type Clock, sleep } from "../lib/clock.ts";

/** Seconds that a request may wait for an execution to end. */
export const maxWaitSeconds = 30;

/**
 * The seconds of `Prefer: wait=<seconds>`, RFC 7240, at most {@link maxWaitSeconds}. Undefined without it or when it makes
 * no sense: a preference is no demand.
 */
export function preferredWait(headers: Headers): number | undefined {
  const [, digits] = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:$|[,;])/i.exec(headers.get("prefer") ?? "") ?? [];
  return digits === undefined ? undefined : Math.min(Number(digits), maxWaitSeconds);
}

/** Whether `work` settles within `ms`, well or not. */
export async function settlesWithin(work: Promise<unknown>, ms: number, clock: Clock): Promise<boolean> {
  const stop = new AbortController();
  const settled = work.then(
    () => true,
    () => true,
  );
  const late = sleep(clock, ms, stop.signal).then(
    () => false,
    () => true,
  );
  const isSettled = await Promise.race([settled, late]);
  stop.abort();
  return isSettled;
}
