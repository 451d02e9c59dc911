import { join } from "node:path";
import { startServer } from "./http/measured-server.ts";
import { keep, removeBundles, runnable, type Runtime, runtimes, versionOf } from "./runtime.ts";

/** Ten readers of `GET /events` while executions make 10,000 events a second: does each get each? `bun run bench:sse`. */
const readers = 10;
const perSecond = 10_000;
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
  /** Resolves when it is told of everything from then on. */
  readonly ready = new Promise<void>((resolve) => (this.#onSnapshot = resolve));

  constructor(url: string) {
    this.#done = this.#read(url);
  }

  get events(): number {
    return this.#events;
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

async function measure(runtime: Runtime, file: string): Promise<object> {
  await using server = await startServer(runtime, file, [String(perSecond)]);
  const all = Array.from({ length: readers }, () => new Reader(server.url));
  await Promise.all(all.map(({ ready }) => ready));
  const begun = performance.now();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what stream-process.ts prints
  const { made, rssBytes } = (await server.ask(String(seconds * 1_000))) as { made: number; rssBytes: number };
  const deadline = performance.now() + 10_000;
  while (all.some(({ events }) => events < made) && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const tookMs = performance.now() - begun;
  const seen = await Promise.all(all.map((reader) => reader.stop()));
  const sum = (pick: (one: Seen) => number): number => seen.reduce((total, one) => total + pick(one), 0);
  return {
    made,
    perSecond: Math.round((made * 1_000) / tookMs),
    missing: made * readers - sum((one) => one.events),
    gaps: sum((one) => one.gaps),
    snapshots: sum((one) => one.snapshots),
    mebibytes: Math.round(sum((one) => one.bytes) / 1_048_576),
    rssMiB: Math.round(rssBytes / 1_048_576),
  };
}

for (const runtime of runtimes) {
  const figures = await measure(runtime, runnable(runtime, source));
  keep(`sse.${runtime}`, { suite: "sse", runtime, version: versionOf(runtime), readers, seconds, ...figures });
  process.stdout.write(`\n${readers} readers of /events on ${runtime}: ${JSON.stringify(figures)}\n`);
}
removeBundles(source);
