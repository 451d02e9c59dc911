import type { Readable } from "node:stream";
import type { ServerRequest } from "srvx";
import type { Clock } from "../lib/clock.ts";
import { TimeLimits } from "../lib/time-limits.ts";
import type { ResolvedLimits } from "./limits.ts";
import { HttpProblem } from "./problem.ts";

/** Gives the text of a request's body. */
export type BodyReader = (request: ServerRequest) => Promise<string>;

/**
 * Makes what reads bodies. It counts while it reads, so that no more than the limit is ever held; the text is rejected with an
 * {@link HttpProblem} when the body is too large, too slow or not UTF-8.
 */
export function createBodyReader(
  clock: Clock,
  { maxBodyBytes, bodyTimeoutMs }: Pick<ResolvedLimits, "maxBodyBytes" | "bodyTimeoutMs">,
): BodyReader {
  const limits = new TimeLimits(clock);
  return (request) =>
    new Promise((resolve, reject) => {
      const length = request.headers.get("content-length");
      if (length !== null && Number(length) > maxBodyBytes) throw tooLarge(maxBodyBytes);
      const limit = limits.start(bodyTimeoutMs, () => reject(tooSlow(bodyTimeoutMs)));
      const reading = readBytes(request, length !== null, maxBodyBytes).then(
        (bytes) => {
          limit[Symbol.dispose]();
          return decode(bytes);
        },
        (error: unknown) => {
          limit[Symbol.dispose]();
          throw error instanceof HttpProblem ? error : brokenOff();
        },
      );
      reading.then(resolve, reject);
    });
}

/** Node's own stream costs a fraction of the web's around it; Bun is fastest when it may read in one go. */
function readBytes(
  request: ServerRequest,
  hasLength: boolean,
  maxBodyBytes: number,
): Promise<Uint8Array | ArrayBuffer> {
  const incoming = request.runtime?.node?.req;
  if (incoming !== undefined) return readIncoming(incoming, maxBodyBytes);
  // Runtimes hold a body to the length that it says it has.
  if (hasLength) return request.arrayBuffer();
  return request.body === null ? Promise.resolve(new Uint8Array()) : collect(request.body.getReader(), maxBodyBytes);
}

function readIncoming(incoming: Readable, maxBodyBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    const onData = (chunk: Uint8Array): void => {
      size += chunk.byteLength;
      chunks.push(chunk);
      if (size <= maxBodyBytes) return;
      // The rest is left unread: to destroy the stream would close the socket before the reply is out.
      incoming.off("data", onData).pause();
      reject(tooLarge(maxBodyBytes));
    };
    incoming
      .on("data", onData)
      .once("end", () => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)))
      .once("error", () => reject(brokenOff()))
      .once("close", () => reject(brokenOff()));
  });
}

async function collect(
  reader: Pick<ReadableStreamDefaultReader<Uint8Array>, "read">,
  maxBodyBytes: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done || value === undefined) return Buffer.concat(chunks);
    size += value.byteLength;
    // The rest is left unread: cancelling the stream would close the socket before the reply is out.
    if (size > maxBodyBytes) throw tooLarge(maxBodyBytes);
    chunks.push(value);
  }
}

function brokenOff(): HttpProblem {
  return new HttpProblem("BAD_REQUEST", "Cannot read the body: the connection ended before it did");
}

/** A byte order mark is kept, for the JSON reader to refuse. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array | ArrayBuffer): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new HttpProblem("MALFORMED_JSON", "Cannot read the body: it must be UTF-8");
  }
}

function tooSlow(maxBodyMs: number): HttpProblem {
  return new HttpProblem("REQUEST_TIMEOUT", `Cannot read the body: it took over ${maxBodyMs} ms`, hangUp);
}

/** What is left of the body would be taken for the next request. */
const hangUp = { headers: { Connection: "close" } };

function tooLarge(maxBodyBytes: number): HttpProblem {
  return new HttpProblem("BODY_TOO_LARGE", `Cannot read the body: it must have at most ${maxBodyBytes} bytes`, hangUp);
}
