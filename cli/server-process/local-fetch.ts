import { request as send } from "node:http";
import process from "node:process";
import { Readable } from "node:stream";

type Fetch = (request: Request) => Promise<Response>;

/**
 * `fetch` for servers of this machine. Node's own parses replies in WebAssembly, and a process that ends waits until that is
 * compiled: of a short command this would be a quarter.
 */
export const localFetch: Fetch = "bun" in process.versions ? (request) => fetch(request) : fetchByHttp;

/** Statuses whose replies have no body, by the Fetch standard. */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304]);

export async function fetchByHttp(request: Request): Promise<Response> {
  const { url, method, headers, signal } = request;
  const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
  return await new Promise((resolve, reject) => {
    const sent = send(url, { method, headers: Object.fromEntries(headers), signal }, (message) => {
      const { statusCode: status = 0, rawHeaders } = message;
      if (bodiless.has(status)) message.resume();
      const content = bodiless.has(status) ? null : Readable.toWeb(message);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Node types its streams apart from those of the web
      resolve(new Response(content as ReadableStream<Uint8Array> | null, { status, headers: pairsOf(rawHeaders) }));
    });
    sent.once("error", reject);
    sent.end(body);
  });
}

/** Node gives names and values in turn. */
function pairsOf(raw: readonly string[]): [string, string][] {
  return raw.flatMap((name, index) =>
    index % 2 === 0 ? [[name, raw[index + 1] ?? ""] satisfies [string, string]] : [],
  );
}
