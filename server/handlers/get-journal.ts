import type { EventType } from "../../lib/engine/events.ts";
import type { ExportedEntry } from "../../lib/journal/export-journal.ts";
import type { Journal } from "../../lib/journal/journal.ts";
import { isEventType } from "../event-types.ts";
import { requireExecutionId } from "../execution-id.ts";
import { type JournalPage, type JournalSelection, readPages } from "../journal-pages.ts";
import { readInteger, readList, readText } from "../read-query.ts";
import type { ApiReply, ApiRequest, Handler } from "../route.ts";
import { textStream } from "../text-stream.ts";
import { TraceWriter } from "../trace-events.ts";

const maxLimit = 1_000;
const action = "Cannot read the journal";

/**
 * An execution's journal: the entries after sequence `cursor`, of the wanted `types`.
 *
 * As `json` it is a page. `nextCursor` is there when more are written already; while the execution runs, the last sequence
 * of any page is a cursor too. As `ndjson`, a line an entry, and as `trace`, for Perfetto, all of it is streamed.
 */
export function getJournal(journal: Journal): Handler {
  return (request) => {
    const selection: JournalSelection = {
      executionId: requireExecutionId(request),
      after: readInteger(request.query, "cursor", action, { ...anySequence, otherwise: 0 }),
      types: new Set(readList(request.query, "types", action, "must be types of events", asEventType)),
    };
    const format = readText(request.query, "format", action, "must be json, ndjson or trace", asFormat) ?? "json";
    return formats[format](journal, selection, request);
  };
}

const anySequence = { minimum: 0, maximum: Number.MAX_SAFE_INTEGER };

type Format = "json" | "ndjson" | "trace";

const formats: Readonly<
  Record<Format, (journal: Journal, selection: JournalSelection, request: ApiRequest) => Promise<ApiReply>>
> = { json: asJson, ndjson: asLines, trace: asTrace };

function asFormat(text: string): Format | undefined {
  return text === "json" || text === "ndjson" || text === "trace" ? text : undefined;
}

function asEventType(text: string): EventType | undefined {
  return isEventType(text) ? text : undefined;
}

async function asJson(journal: Journal, selection: JournalSelection, { query }: ApiRequest): Promise<ApiReply> {
  const limit = readInteger(query, "limit", action, { minimum: 1, maximum: maxLimit, otherwise: maxLimit });
  const found: ExportedEntry[] = [];
  for await (const { exported } of readPages(journal, selection)) {
    found.push(...exported);
    if (found.length > limit) break;
  }
  const entries = found.slice(0, limit);
  const next = found.length > limit ? { nextCursor: entries.at(-1)?.sequence } : {};
  return { status: 200, body: { version: 1, executionId: selection.executionId, entries, ...next } };
}

async function asLines(journal: Journal, selection: JournalSelection, { query }: ApiRequest): Promise<ApiReply> {
  const limit = readInteger(query, "limit", action, { ...anySequence, minimum: 1, otherwise: Infinity });
  const lines = async function* (pages: AsyncIterable<JournalPage>): AsyncGenerator<string, void> {
    let left = limit;
    for await (const { exported } of pages) {
      yield exported
        .slice(0, left)
        .map((entry) => `${JSON.stringify(entry)}\n`)
        .join("");
      left -= exported.length;
      if (left <= 0) return;
    }
  };
  return await streamed(readPages(journal, selection), lines, { "Content-Type": "application/x-ndjson" });
}

async function asTrace(journal: Journal, selection: JournalSelection): Promise<ApiReply> {
  const writer = new TraceWriter();
  const texts = async function* (pages: AsyncIterable<JournalPage>): AsyncGenerator<string, void> {
    yield '{"displayTimeUnit":"ms","traceEvents":[';
    let separator = "\n";
    for await (const { entries } of pages) {
      const events = entries.flatMap((entry) => writer.events(entry)).map((event) => JSON.stringify(event));
      if (events.length === 0) continue;
      yield `${separator}${events.join(",\n")}`;
      separator = ",\n";
    }
    yield "\n]}\n";
  };
  return await streamed(readPages(journal, selection), texts, {
    "Content-Type": "application/json",
    "Content-Disposition": `attachment; filename="${selection.executionId}.trace.json"`,
  });
}

/** The first page is read before the reply starts: it tells whether there is anything. */
async function streamed(
  pages: AsyncGenerator<JournalPage>,
  write: (pages: AsyncIterable<JournalPage>) => AsyncGenerator<string, void>,
  headers: ApiReply["headers"] & object,
): Promise<ApiReply> {
  const first = await pages.next();
  const all = async function* (): AsyncGenerator<JournalPage> {
    if (first.done !== true) yield first.value;
    yield* pages;
  };
  return { status: 200, stream: textStream(write(all())), headers };
}
