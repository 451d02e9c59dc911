import type { JournalEntry } from "../../lib/engine/events.ts";
import { describeEvent, subjectOf } from "../describe-event.ts";
import { formatElapsed } from "../elapsed.ts";
import { renderTable, type Cell } from "../render-table.ts";
import type { Look } from "./look.ts";

/** Entries as a table: when, what, and in words where there are some. */
export function renderEntries(entries: readonly JournalEntry[], { paint }: Pick<Look, "paint">): string {
  const rows = entries.map((entry): readonly Cell[] => [
    [String(entry.sequence)],
    [`+${formatElapsed(entry.elapsedMs)}`, "dim"],
    [entry.event.type],
    [describeEvent(entry) ?? subjectOf(entry.event) ?? "", "dim"],
  ]);
  return renderTable(["#", "AFTER", "EVENT", ""], rows, paint);
}
