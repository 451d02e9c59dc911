import type { JsonObject } from "../lib/json.ts";
import type { RouteShape } from "./route-table.ts";

/** A request as handlers see it: past the guard, its body read. */
export interface ApiRequest {
  readonly method: string;
  /** The parts of the path that the route names, such as `id`, percent-decoded; null for one that cannot be decoded. */
  readonly params: Readonly<Record<string, string | null | undefined>>;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal;
  /** `{}` where the method has none. */
  readonly body: JsonObject;
  /** What `body` was read from. */
  readonly text: string;
  /** The caller's, or else a new one. */
  readonly correlationId: string;
}

/** At most one of `body`, `text` and `stream` is there. */
export interface ApiReply {
  readonly status: number;
  /** Anything that JSON can hold. */
  readonly body?: object;
  /** What is not JSON, of the `Content-Type` in `headers`. */
  readonly text?: string;
  /** What is written piece by piece, of the `Content-Type` in `headers`. */
  readonly stream?: ReadableStream<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers a request; throws {@link HttpProblem} or an error of the engine to refuse it. */
export type Handler = (request: ApiRequest) => ApiReply | Promise<ApiReply>;

/** An endpoint with what answers it. */
export interface Route extends RouteShape {
  readonly handle: Handler;
}
