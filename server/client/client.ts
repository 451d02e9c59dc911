import type { Diagnostic } from "../../dsl/diagnostics.ts";
import { sleep, systemClock } from "../../lib/clock.ts";
import type { ProgressNote } from "../../lib/engine/event-bus.ts";
import type { EventType, JournalEntry } from "../../lib/engine/events.ts";
import { isTerminal } from "../../lib/engine/state.ts";
import type { ExecutionView } from "../../lib/engine/view.ts";
import type { ExportedJournal } from "../../lib/journal/export-journal.ts";
import type { RecordedStatus } from "../../lib/journal/journal.ts";
import type { JsonObject, JsonValue } from "../../lib/json.ts";
import { isLastEvent } from "../event-types.ts";
import type { ListedExecution } from "../execution-summary.ts";
import { ApiError, type Problem } from "./api-error.ts";
import { readStream } from "./read-stream.ts";
import { type ClientRequest, type Reply, type Transport, transportOf } from "./transport.ts";

export interface ClientOptions {
  /** Default `http://127.0.0.1:8088`. */
  readonly url?: string;
  /** What the server shows at its start. Default: none. */
  readonly token?: string | undefined;
  /** Default: the runtime's own. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

/** What to run: exactly one of the first three. */
export interface StartRequest {
  /** A document, as an `.o8.json` file holds it. */
  readonly workflow?: object;
  /** The text of such a file. */
  readonly source?: string;
  /** The id of a registered one. */
  readonly workflowId?: string;
  readonly input?: JsonValue;
  readonly variables?: JsonObject;
  readonly correlationId?: string;
}

export interface Started {
  readonly executionId: string;
  readonly status: RecordedStatus;
}

/** A link for a browser. Whoever opens it first may do what the token allows. */
export interface SessionLink {
  /** Absolute. */
  readonly url: string;
  /** ISO 8601, UTC. */
  readonly expiresAt: string;
}

export interface ExecutionQuery {
  readonly status?: readonly RecordedStatus[];
  readonly workflowId?: string;
  /** ISO 8601, with its offset. */
  readonly since?: string;
  readonly q?: string;
  /** Default 50, at most 200. */
  readonly limit?: number;
  /** The `nextCursor` of the page before. */
  readonly cursor?: string;
}

/** What happens in an execution, as {@link Client.watch} tells it. */
export type WatchedEvent =
  | { readonly kind: "snapshot"; readonly execution: ExecutionView }
  | { readonly kind: "entry"; readonly entry: JournalEntry }
  | { readonly kind: "progress"; readonly note: ProgressNote };

export interface Health {
  readonly status: "ok";
  readonly service: string;
  readonly version: string;
  readonly pid: number;
  readonly uptimeMs: number;
}

export interface RegisteredWorkflow {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** SHA-256 of the canonical AST. */
  readonly hash: string;
  /** How many there are. */
  readonly steps: number;
}

export interface WatchOptions {
  readonly signal?: AbortSignal;
  /** The sequence of the last entry that is known; 0 tells all from the beginning. */
  readonly after?: number;
}

/** What is wrong with a workflow, and whether it could run all the same. */
export interface Validation {
  readonly valid: boolean;
  readonly diagnostics: readonly Omit<Diagnostic, "file">[];
}

/** The API of a server, typed. Everything rejects with {@link ApiError} when the server refuses. */
export interface Client {
  /** Starts an execution; the same `idempotencyKey` gives the same one. */
  start(request: StartRequest, options?: { readonly idempotencyKey?: string }): Promise<Started>;
  /** Checks a workflow as a start would, and starts nothing. */
  validate(request: Pick<StartRequest, "workflow" | "source">): Promise<Validation>;
  execution(executionId: string): Promise<ExecutionView>;
  /** A page, the newest first. */
  executions(
    query?: ExecutionQuery,
  ): Promise<{ readonly executions: readonly ListedExecution[]; readonly nextCursor?: string }>;
  journal(
    executionId: string,
    query?: { readonly cursor?: number; readonly limit?: number; readonly types?: readonly EventType[] },
  ): Promise<ExportedJournal & { readonly nextCursor?: number }>;
  cancel(executionId: string, reason?: string): Promise<Started>;
  signal(executionId: string, name: string, payload?: JsonValue): Promise<void>;
  rerun(executionId: string, from?: string): Promise<Started>;
  /** Makes a link that lets the browser in which it is opened use the server, once and within a minute. */
  createSessionLink(): Promise<SessionLink>;
  /** Which process answers. Rejects with status 401 when the token is not that of the server. */
  health(options?: { readonly signal?: AbortSignal }): Promise<Health>;
  /** The registered workflows, by id. */
  workflows(): Promise<{ readonly workflows: readonly RegisteredWorkflow[] }>;
  /**
   * Tells how an execution stands and then what happens, until it has ended. A connection that breaks off is made again, and
   * nothing is missed. With `after` it tells what happened behind that sequence instead of how things stand. Rejects when
   * there is no server any more.
   */
  watch(executionId: string, options?: WatchOptions): AsyncGenerator<WatchedEvent, void>;
  /** Waits until an execution has ended, and gives it. */
  result(executionId: string, options?: { readonly signal?: AbortSignal }): Promise<ExecutionView>;
}

/** How long a watcher rests that was told nothing. */
const pauseMs = 1_000;

/**
 * Makes a client of a server.
 *
 * @example
 * ```ts
 * const client = createClient({ token });
 * const { executionId } = await client.start({ workflowId: "greet", input: { name: "Ada" } });
 * const { status, output } = await client.result(executionId);
 * ```
 */
export function createClient({
  url = "http://127.0.0.1:8088",
  token,
  fetch = globalThis.fetch,
}: ClientOptions = {}): Client {
  return createClientOver(transportOf(fetch), { url, token });
}

/** A client whose requests go another way than by `fetch`. */
export function createClientOver(
  transport: Transport,
  { url, token }: { readonly url: string; readonly token: string | undefined },
): Client {
  const headersOf = (more: Record<string, string> = {}): Record<string, string> => {
    return { ...(token !== undefined && { Authorization: `Bearer ${token}` }), ...more };
  };
  const send = async (path: string, request: Partial<Omit<ClientRequest, "url">>): Promise<Reply> => {
    const reply = await transport({ method: "GET", headers: headersOf(), ...request, url: `${url}${path}` });
    if (reply.status < 300) return reply;
    throw new ApiError(reply, await problemIn(reply));
  };
  const get = async <T>(path: string, query: object = {}, signal?: AbortSignal): Promise<T> => {
    return await bodyOf<T>(await send(`${path}${queryText(query)}`, signal === undefined ? {} : { signal }));
  };
  const post = async <T>(path: string, body: object, more: Record<string, string> = {}): Promise<T> => {
    const headers = headersOf({ "Content-Type": "application/json", ...more });
    return await bodyOf<T>(await send(path, { method: "POST", headers, body: JSON.stringify(body) }));
  };
  const at = (executionId: string): string => `/executions/${encodeURIComponent(executionId)}`;

  async function* watch(
    executionId: string,
    { signal = new AbortController().signal, after }: WatchOptions = {},
  ): AsyncGenerator<WatchedEvent, void> {
    let last = after === undefined ? undefined : String(after);
    for (;;) {
      const headers = headersOf(last === undefined ? {} : { "Last-Event-ID": last });
      const reply = await send(`${at(executionId)}/events`, { headers, signal });
      // The last event was the last one.
      if (reply.status === 204) return;
      const before = last;
      let isOver = false;
      for await (const { id, event, data } of readStream(reply.chunks())) {
        last = id ?? last;
        const watched = watchedEvent(event, data);
        if (watched === undefined) continue;
        isOver ||= isLast(watched, executionId);
        yield watched;
      }
      if (isOver) return;
      signal.throwIfAborted();
      // A server that says nothing new is about to go.
      if (last === before) await sleep(systemClock, pauseMs, signal);
    }
  }

  return {
    start: (request, { idempotencyKey } = {}) =>
      post("/workflows/execute", request, idempotencyKey === undefined ? {} : { "Idempotency-Key": idempotencyKey }),
    validate: (request) => post("/workflows/validate", request),
    execution: (executionId) => get(at(executionId)),
    executions: (query = {}) => get("/executions", query),
    journal: (executionId, query = {}) => get(`${at(executionId)}/journal`, query),
    cancel: (executionId, reason) => post(`${at(executionId)}/cancel`, { reason }),
    async signal(executionId, name, payload = null) {
      await post(`${at(executionId)}/signals/${encodeURIComponent(name)}`, { payload });
    },
    health: ({ signal } = {}) => get("/health", {}, signal),
    workflows: () => get("/workflows"),
    rerun: (executionId, from) => post(`${at(executionId)}/rerun`, { from }),
    async createSessionLink() {
      const link = await post<SessionLink>("/session-links", {});
      return { ...link, url: new URL(link.url, url).href };
    },
    watch,
    async result(executionId, options) {
      for await (const _ of watch(executionId, options));
      return await get<ExecutionView>(at(executionId));
    },
  };
}

/** The server's word is taken for what it answers. */
async function bodyOf<T>(reply: Reply): Promise<T> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the server is of the same package
  return (await reply.json()) as T;
}

async function problemIn(reply: Reply): Promise<Problem | undefined> {
  const isProblem = reply.headers.get("content-type") === "application/problem+json";
  return isProblem ? await bodyOf<Problem>(reply) : undefined;
}

/** Lists with commas; what is undefined is left out. */
function queryText(query: object): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, String(value)])).toString();
  return text === "" ? "" : `?${text}`;
}

/** Whether nothing can follow. */
function isLast(watched: WatchedEvent, executionId: string): boolean {
  if (watched.kind === "snapshot") return isTerminal(watched.execution.status);
  return watched.kind === "entry" && watched.entry.executionId === executionId && isLastEvent(watched.entry.event.type);
}

/** Undefined for an event of a later version. */
function watchedEvent(event: string, data: string): WatchedEvent | undefined {
  if (event === "snapshot") return { kind: event, execution: JSON.parse(data) };
  if (event === "entry") return { kind: event, entry: JSON.parse(data) };
  return event === "progress" ? { kind: event, note: JSON.parse(data) } : undefined;
}
