import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { startServer } from "./http/measured-server.ts";
import { keep, removeBundles, runnable, type Runtime, runtimes, versionOf } from "./runtime.ts";

/**
 * Ten readers of `GET /events` while executions make events at a steady rate: does each reader get each event, how long does
 * the last one take, and what does the server work for it? `bun run bench:sse`. At 10,000 events a second it sends 100,000.
 * The engine that makes the events runs in the server's thread, and the readers share a processor with it.
 */
const readers = 10;
const rates = [10_000, 20_000, 40_000];
const seconds = 5;
const source = join(import.meta.dirname, "http/stream-process.ts");

/** What one reader saw. */
interface Seen {
  readonly events: number;
  /** Events whose number does not follow the one before. */
  readonly gaps: number;
  /** Told how things stand instead of all that happened. The first thing every reader is told is one, and not counted. */
  readonly snapshots: number;
  readonly bytes: number;
}

class Reader {
  readonly #gone = new AbortController();
  readonly #done: Promise<void>;
  #last: number | undefined;
  #events = 0;
  #gaps = 0;
  #snapshots = -1;
  #bytes = 0;
  #onSnapshot: () => void = () => undefined;
  #onEvents: () => void = () => undefined;
  /** Resolves when it is told of everything from then on. */
  readonly ready = new Promise<void>((resolve) => (this.#onSnapshot = resolve));

  constructor(url: string) {
    this.#done = this.#read(url);
  }

  /** Resolves when it has seen so many events. */
  async has(count: number): Promise<void> {
    while (this.#events < count) await new Promise<void>((resolve) => (this.#onEvents = resolve));
  }

  async stop(): Promise<Seen> {
    this.#gone.abort();
    await this.#done;
    return { events: this.#events, gaps: this.#gaps, snapshots: this.#snapshots, bytes: this.#bytes };
  }

  async #read(url: string): Promise<void> {
    const { body } = await fetch(`${url}/events`, { signal: this.#gone.signal });
    const decoder = new TextDecoder();
    let text = "";
    try {
      for await (const chunk of body ?? []) {
        this.#bytes += chunk.byteLength;
        text += decoder.decode(chunk, { stream: true });
        const end = text.lastIndexOf("\n\n");
        if (end < 0) continue;
        this.#count(text.slice(0, end + 2));
        text = text.slice(end + 2);
        this.#onEvents();
      }
    } catch (error) {
      if (!this.#gone.signal.aborted) throw error;
    }
  }

  #count(text: string): void {
    for (const [, position, event] of text.matchAll(/^id: \w+-(\d+)\nevent: (\w+)$/gm)) {
      const next = Number(position);
      if (event === "snapshot") {
        this.#snapshots++;
        this.#onSnapshot();
      } else {
        this.#events++;
        if (next !== (this.#last ?? 0) + 1) this.#gaps++;
      }
      this.#last = next;
    }
  }
}

async function measure(runtime: Runtime, file: string, rate: number): Promise<object> {
  await using server = await startServer(runtime, file, [String(rate)]);
  const ask = async <T>(ms: number): Promise<T> =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what stream-process.ts prints
    (await server.ask(String(ms))) as T;
  const all = Array.from({ length: readers }, () => new Reader(server.url));
  await Promise.all(all.map(({ ready }) => ready));
  const before = await ask<{ cpuMs: number }>(0);
  const { made, tookMs, rssBytes } = await ask<{ made: number; tookMs: number; rssBytes: number }>(seconds * 1_000);
  const madeAt = performance.now();
  await Promise.race([Promise.all(all.map((reader) => reader.has(made))), setTimeout(10_000)]);
  const lagMs = performance.now() - madeAt;
  const after = await ask<{ cpuMs: number }>(0);
  const seen = await Promise.all(all.map((reader) => reader.stop()));
  const sum = (pick: (one: Seen) => number): number => seen.reduce((total, one) => total + pick(one), 0);
  return {
    rate,
    madePerSecond: Math.round((made * 1_000) / tookMs),
    deliveredPerSecond: Math.round((sum((one) => one.events) * 1_000) / (tookMs + lagMs)),
    lagMs: Math.round(lagMs),
    missing: made * readers - sum((one) => one.events),
    gaps: sum((one) => one.gaps),
    snapshots: sum((one) => one.snapshots),
    serverUsPerDelivery: Math.round(((after.cpuMs - before.cpuMs) * 100_000) / (made * readers)) / 100,
    mebibytes: Math.round(sum((one) => one.bytes) / 1_048_576),
    rssMiB: Math.round(rssBytes / 1_048_576),
  };
}

for (const runtime of runtimes) {
  const file = runnable(runtime, source);
  const rows: object[] = [];
  for (const rate of rates) {
    const row = await measure(runtime, file, rate);
    rows.push(row);
    process.stdout.write(`${readers} readers of /events on ${runtime}: ${JSON.stringify(row)}\n`);
  }
  keep(`sse.${runtime}`, { suite: "sse", runtime, version: versionOf(runtime), readers, seconds, rows });
}
removeBundles(source);
