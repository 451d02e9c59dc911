/** One request to a server. */
export interface ClientRequest {
  readonly method: "GET" | "POST";
  /** Absolute. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** What a client reads of an answer. */
export interface Reply {
  readonly status: number;
  readonly headers: Pick<Headers, "get">;
  json(): Promise<unknown>;
  /** The body as it comes, instead of all of it. Fails when the connection breaks off. */
  chunks(): AsyncIterable<Uint8Array>;
}

/** Carries requests to a server. Rejects when there is no answer. */
export type Transport = (request: ClientRequest) => Promise<Reply>;

/** A transport of something like `fetch`. */
export function transportOf(fetch: (request: Request) => Promise<Response>): Transport {
  return async ({ url, ...init }) => {
    const response = await fetch(new Request(url, init));
    const { status, headers, body } = response;
    return { status, headers, json: () => response.json(), chunks: () => chunksOf(body) };
  };
}

/** Not every browser iterates over a stream. */
async function* chunksOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array, void> {
  if (body === null) return;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // What broke off cannot be cancelled any more.
    await reader.cancel().catch(() => undefined);
  }
}
