import type { Engine } from "../../lib/engine/engine.ts";
import type { BusEntry, ProgressNote } from "../../lib/engine/event-bus.ts";
import type { JournalEntry } from "../../lib/engine/events.ts";
import { isTerminal } from "../../lib/engine/state.ts";
import { isLastEvent } from "../event-types.ts";
import { encodeEvent } from "./encode-event.ts";
import type { EventHub } from "./event-hub.ts";
import type { EventSource } from "./event-stream.ts";

/** Entries that are read at once. */
const pageSize = 500;
/** How often the journal is asked about an execution that another process runs: nobody here is told of it. */
const distantPollMs = 500;

export interface ExecutionSourceOptions {
  readonly engine: Pick<Engine, "get" | "view" | "journal">;
  readonly hub: EventHub;
  readonly executionId: string;
  /** The sequence of the last entry that the reader has; undefined when it has none. */
  readonly after: number | undefined;
  /** A live reader that is further behind than this is told how things stand instead of all that happened. Default 10,000. */
  readonly maxBehind?: number;
}

/**
 * One execution, from its journal, which keeps the entries for every reader: first how it stands, or for a reader that comes
 * again what it has missed; then every entry that is recorded. The id of an event is a sequence.
 */
export class ExecutionSource implements EventSource {
  readonly #engine: ExecutionSourceOptions["engine"];
  readonly #executionId: string;
  readonly #maxBehind: number;
  readonly #following: Disposable;
  /** The sequence up to which the reader knows everything; undefined when it knows nothing. */
  #place: number | undefined;
  /** The highest sequence that was heard of. */
  #latest = 0;
  /** The reader can only fall behind from here: it asked for what came before. */
  #liveFrom = Infinity;
  /** The last of each step, which nobody keeps. */
  readonly #progress = new Map<string, ProgressNote>();
  isOver = false;

  constructor(options: ExecutionSourceOptions, wake: () => void) {
    const { engine, hub, executionId, after, maxBehind = 10_000 } = options;
    this.#engine = engine;
    this.#executionId = executionId;
    this.#maxBehind = maxBehind;
    this.#place = after;
    this.#following = hub.follow(executionId, (entry) => {
      this.#hear(entry);
      wake();
    });
  }

  get pollMs(): number {
    return this.#engine.get(this.#executionId) === undefined ? distantPollMs : Infinity;
  }

  async read(): Promise<string> {
    if (this.isOver) return "";
    const entries =
      this.#place === undefined || this.#isLeftBehind(this.#place)
        ? await this.#readSnapshot()
        : await this.#readEntries(this.#place);
    return entries + this.#takeProgress();
  }

  [Symbol.dispose](): void {
    this.#following[Symbol.dispose]();
  }

  #hear(entry: BusEntry): void {
    if ("event" in entry) this.#latest = entry.sequence;
    else this.#progress.set(entry.stepId, entry);
  }

  #isLeftBehind(place: number): boolean {
    return place >= this.#liveFrom && this.#latest - place > this.#maxBehind;
  }

  async #readEntries(after: number): Promise<string> {
    const entries = await this.#engine.journal.read(this.#executionId, { after, limit: pageSize });
    const last = entries.at(-1);
    if (entries.length < pageSize) this.#liveFrom = Math.min(this.#liveFrom, last?.sequence ?? after);
    if (last === undefined) return "";
    this.#place = last.sequence;
    this.isOver = isLastEvent(last.event.type);
    return entries.map(encodeEntry).join("");
  }

  async #readSnapshot(): Promise<string> {
    const view = await this.#engine.view(this.#executionId);
    // The journal has forgotten it: there is nothing left to tell.
    if (view === undefined) {
      this.isOver = true;
      return "";
    }
    this.#place = view.sequence;
    this.#liveFrom = view.sequence;
    this.isOver = isTerminal(view.status);
    return encodeEvent({ id: String(view.sequence), event: "snapshot", data: view });
  }

  #takeProgress(): string {
    if (this.#progress.size === 0) return "";
    const notes = [...this.#progress.values()];
    this.#progress.clear();
    return notes.map((data) => encodeEvent({ event: "progress", data })).join("");
  }
}

function encodeEntry(entry: JournalEntry): string {
  return encodeEvent({ id: String(entry.sequence), event: "entry", data: entry });
}
