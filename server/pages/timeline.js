/**
 * What took how long in an execution, by its journal: data, to be drawn elsewhere.
 *
 * @import { ExportedEntry } from "../../lib/journal/export-journal.ts"
 *
 * @typedef {object} Span
 * @property {"attempt" | "delay" | "wait"} kind A delay is the time between two attempts.
 * @property {number} fromMs Since the execution was created, as is `toMs`.
 * @property {number} toMs
 * @property {"running" | "failed" | "done"} state
 * @property {string} text
 *
 * @typedef {object} Lane What is known of a step.
 * @property {Span[]} spans
 * @property {unknown} [input]
 * @property {string[]} notes Why attempts failed.
 */

/** More than anybody could see beside each other. */
const maxSpans = 200;
const maxNotes = 50;

/**
 * The lanes of the steps that have begun, by their ids. What still goes on ends at `nowMs`.
 *
 * @param {readonly ExportedEntry[]} entries
 * @param {number} nowMs Since the execution was created.
 * @returns {ReadonlyMap<string, Lane>}
 */
export function lanesOf(entries, nowMs) {
  const timeline = new Timeline(nowMs);
  for (const entry of entries) timeline.add(entry);
  return timeline.lanes;
}

class Timeline {
  /** @type {Map<string, Lane>} */
  lanes = new Map();
  /** @type {Map<string, Span>} Those that go on, by step and item. */
  #open = new Map();
  #nowMs;

  /** @param {number} nowMs */
  constructor(nowMs) {
    this.#nowMs = nowMs;
  }

  /** @param {ExportedEntry} entry */
  add(entry) {
    switch (entry.type) {
      case "step.started":
        this.#lane(entry.stepId).input = entry.input;
        return;
      case "wait.started":
        return this.#begin(entry, "wait", entry.signal === undefined ? "waits" : `waits for "${entry.signal}"`);
      case "attempt.started":
        return this.#begin(entry, "attempt", `${unitText(entry)}attempt ${entry.attempt}`);
      case "retry.scheduled":
        return this.#begin(entry, "delay", `${unitText(entry)}rests before attempt ${entry.attempt}`);
      case "attempt.failed":
        this.#note(entry.stepId, `${unitText(entry)}attempt ${entry.attempt} failed: ${entry.error.message}`);
        return this.#end(entry, "failed");
      case "attempt.interrupted":
        this.#note(entry.stepId, `${unitText(entry)}attempt ${entry.attempt} ended with its process`);
        return this.#end(entry, "failed");
      case "item.completed":
      case "iteration.completed":
      case "compensation.completed":
        return this.#end(entry, "done");
      case "item.failed":
      case "item.cancelled":
      case "compensation.failed":
        return this.#end(entry, "failed");
      case "step.completed":
      case "step.recovered":
        return this.#endStep(entry, "done");
      case "step.failed":
      case "step.cancelled":
        return this.#endStep(entry, "failed");
      default:
    }
  }

  /**
   * @param {ExportedEntry & { readonly stepId: string }} entry
   * @param {Span["kind"]} kind
   * @param {string} text
   */
  #begin(entry, kind, text) {
    const { stepId, elapsedMs } = entry;
    this.#end(entry, "done");
    const { spans } = this.#lane(stepId);
    if (spans.length === maxSpans) return;
    /** @type {Span} */
    const span = { kind, fromMs: elapsedMs, toMs: Math.max(this.#nowMs, elapsedMs), state: "running", text };
    spans.push(span);
    this.#open.set(unitOf(entry), span);
  }

  /**
   * @param {ExportedEntry & { readonly stepId: string }} entry
   * @param {Span["state"]} state
   */
  #end(entry, state) {
    this.#close(unitOf(entry), entry.elapsedMs, state);
  }

  /**
   * All that goes on in a step: its items too.
   *
   * @param {ExportedEntry & { readonly stepId: string }} entry
   * @param {Span["state"]} state
   */
  #endStep({ stepId, elapsedMs }, state) {
    for (const unit of this.#open.keys()) if (unit.startsWith(`${stepId}\n`)) this.#close(unit, elapsedMs, state);
  }

  /**
   * @param {string} unit
   * @param {number} toMs
   * @param {Span["state"]} state
   */
  #close(unit, toMs, state) {
    const span = this.#open.get(unit);
    if (span === undefined) return;
    Object.assign(span, { toMs, state });
    this.#open.delete(unit);
  }

  /**
   * @param {string} stepId
   * @param {string} text
   */
  #note(stepId, text) {
    const { notes } = this.#lane(stepId);
    if (notes.length < maxNotes) notes.push(text);
  }

  /** @param {string} stepId */
  #lane(stepId) {
    /** @type {Lane} */
    const lane = this.lanes.get(stepId) ?? { spans: [], notes: [] };
    this.lanes.set(stepId, lane);
    return lane;
  }
}

/** @param {{ readonly type: string, readonly stepId: string, readonly item?: number, readonly compensating?: true }} entry */
function unitOf({ type, stepId, item, compensating }) {
  return [stepId, item ?? "", compensating === true || type.startsWith("compensation.")].join("\n");
}

/** @param {{ readonly item?: number, readonly compensating?: true }} unit */
function unitText({ item, compensating }) {
  return `${compensating === true ? "undoing, " : ""}${item === undefined ? "" : `item ${item}, `}`;
}
