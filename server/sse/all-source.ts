import type { Engine } from "../../lib/engine/engine.ts";
import type { RecordedStatus } from "../../lib/journal/journal.ts";
import { listedExecution } from "../execution-summary.ts";
import { encodeEvent } from "./encode-event.ts";
import type { EventSource } from "./event-stream.ts";
import type { RecentEvent, RecentEvents } from "./recent-events.ts";

/** Events that are read at once. */
const pageSize = 500;
/** Executions in a snapshot, the newest. */
const snapshotSize = 200;

/** Which executions a reader wants to hear of. Empty means all. */
export interface EventFilter {
  readonly executionIds: ReadonlySet<string>;
  /** How an execution must stand when its event is sent. */
  readonly statuses: readonly RecordedStatus[];
}

export interface AllSourceOptions {
  readonly engine: Pick<Engine, "get" | "journal">;
  readonly recent: RecentEvents;
  readonly filter: EventFilter;
  /** The id of the last event that the reader has. */
  readonly lastEventId: string | undefined;
}

/**
 * The executions of this process: first how the newest stand, or for a reader that comes again in time what it has missed;
 * then every event. A reader that is too late for that, or too slow, is told again how they stand.
 */
export class AllSource implements EventSource {
  readonly #engine: AllSourceOptions["engine"];
  readonly #recent: RecentEvents;
  readonly #filter: EventFilter;
  readonly #watching: Disposable;
  #place: number | undefined;
  readonly isOver = false;
  readonly pollMs = Infinity;

  constructor({ engine, recent, filter, lastEventId }: AllSourceOptions, wake: () => void) {
    this.#engine = engine;
    this.#recent = recent;
    this.#filter = filter;
    this.#place = lastEventId === undefined ? undefined : recent.positionOf(lastEventId);
    this.#watching = recent.watch(wake);
  }

  async read(): Promise<string | Uint8Array> {
    return this.#isUnfiltered ? await this.#readPage() : await this.#readWanted();
  }

  /** Most readers hear of everything, and share what is encoded for them. */
  async #readPage(): Promise<string | Uint8Array> {
    const page = this.#place === undefined ? undefined : this.#recent.page(this.#place, pageSize);
    if (page === undefined) return await this.#readSnapshot();
    this.#place = page.end;
    return page.bytes;
  }

  async #readWanted(): Promise<string> {
    for (;;) {
      const events = this.#place === undefined ? undefined : this.#recent.after(this.#place, pageSize);
      if (this.#place === undefined || events === undefined) return await this.#readSnapshot();
      if (events.length === 0) return "";
      this.#place += events.length;
      const text = events.filter((event) => this.#isWanted(event)).map((event) => event.text);
      if (text.length > 0) return text.join("");
    }
  }

  [Symbol.dispose](): void {
    this.#watching[Symbol.dispose]();
  }

  /** What happens while the list is read is told once more, never left out. */
  async #readSnapshot(): Promise<string> {
    this.#place = this.#recent.position;
    const { executionIds, statuses } = this.#filter;
    const found = await this.#engine.journal.list({
      limit: snapshotSize,
      ...(statuses.length > 0 && { status: statuses }),
    });
    const wanted = found.filter(({ executionId }) => executionIds.size === 0 || executionIds.has(executionId));
    return encodeEvent({
      id: this.#recent.idOf(this.#place),
      event: "snapshot",
      data: { executions: wanted.map(listedExecution) },
    });
  }

  get #isUnfiltered(): boolean {
    return this.#filter.executionIds.size === 0 && this.#filter.statuses.length === 0;
  }

  #isWanted({ executionId }: RecentEvent): boolean {
    const { executionIds, statuses } = this.#filter;
    if (executionIds.size > 0 && !executionIds.has(executionId)) return false;
    if (statuses.length === 0) return true;
    const status = this.#engine.get(executionId)?.status;
    return status !== undefined && statuses.includes(status);
  }
}
