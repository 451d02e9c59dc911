import { executionPath, get } from "./api.js";
import { el } from "./dom.js";
import { durationText } from "./format.js";

/** @import { ExportedEntry } from "../../lib/journal/export-journal.ts" */

const pageSize = 500;
/** What is read without being asked to. */
const maxEntries = 2_000;

/**
 * The entries of an execution's journal, read as far as they are there.
 *
 * @param {string} executionId
 */
export function createJournal(executionId) {
  /** @type {ExportedEntry[]} */
  const entries = [];
  let limit = maxEntries;
  let hasMore = false;
  return {
    entries,
    /** Whether there are more than are shown. */
    get hasMore() {
      return hasMore;
    },
    showMore() {
      limit += maxEntries;
    },
    /**
     * Reads what has come up since.
     *
     * @param {AbortSignal} signal
     */
    async read(signal) {
      for (hasMore = true; hasMore && entries.length < limit;) {
        const cursor = entries.at(-1)?.sequence ?? 0;
        const page = await get(`${executionPath(executionId)}/journal?cursor=${cursor}&limit=${pageSize}`, signal);
        entries.push(...page.entries);
        hasMore = page.nextCursor !== undefined;
      }
    },
  };
}

/**
 * @param {Element} list
 * @param {readonly ExportedEntry[]} entries
 */
export function updateJournal(list, entries) {
  // Entries never change: those that are shown already are left as they are.
  const known = list.childElementCount;
  for (const entry of entries.slice(known)) list.append(createEntry(entry));
}

/** @param {ExportedEntry} entry */
function createEntry(entry) {
  const { sequence, time, elapsedMs, deltaMs: _, type, ...more } = entry;
  const { stepId = "", ...rest } = { stepId: undefined, ...more };
  const line = [
    el("span", { class: "quiet" }, String(sequence)),
    el("time", { class: "quiet", datetime: time, title: time }, `+${durationText(elapsedMs)}`),
    el("code", { class: "type" }, type),
    el("span", {}, stepId),
    el("span", { class: "quiet" }, pointOf(entry)),
  ];
  if (Object.keys(rest).length === 0) return el("li", {}, el("div", { class: "line" }, ...line));
  return el(
    "li",
    {},
    el(
      "details",
      {},
      el("summary", { class: "line" }, ...line),
      el("pre", { tabindex: "0" }, JSON.stringify(rest, null, 2)),
    ),
  );
}

/**
 * What is worth knowing of an entry before it is opened.
 *
 * @param {ExportedEntry} entry
 */
function pointOf(entry) {
  if ("error" in entry) return entry.error.message;
  if ("reason" in entry) return entry.reason;
  if (entry.type === "retry.scheduled") return `attempt ${entry.attempt} in ${durationText(entry.delayMs)}`;
  if (entry.type === "attempt.started" && entry.attempt > 1) return `attempt ${entry.attempt}`;
  if (entry.type === "signal.received") return entry.name;
  return "item" in entry && entry.item !== undefined ? `item ${entry.item}` : "";
}
