import { stat } from "node:fs/promises";
import type { Clock } from "../../lib/clock.ts";
import { openSqliteJournal } from "../../lib/journal/sqlite/sqlite-journal.ts";
import { ok, type Check, type Finding } from "./check.ts";

/** What clocks of machines that look after them may differ by. */
const toleranceMs = 60_000;

/** Whether the clock on the wall goes back behind what is recorded: waits and leases rely on it. */
export function checkClock(path: string, clock: Clock): Check {
  return {
    name: "clock",
    async run(): Promise<Finding> {
      const now = clock.wall();
      const latest = await latestTime(path);
      const text = new Date(now).toISOString();
      if (latest === undefined || latest <= now + toleranceMs) return ok(text);
      return {
        status: "warn",
        detail: `it is ${text}, and the journal has an execution of ${new Date(latest).toISOString()}`,
        fix: "set the clock, for example with NTP",
      };
    },
  };
}

async function latestTime(path: string): Promise<number | undefined> {
  if ((await stat(path).catch(() => undefined)) === undefined) return undefined;
  const journal = await openSqliteJournal({ path, readonly: true });
  try {
    return (await journal.list({ limit: 1 }))[0]?.createdAt;
  } finally {
    await journal.close();
  }
}
