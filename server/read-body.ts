import type { Clock } from "../lib/clock.ts";
import { HttpProblem } from "./problem.ts";

/** UTF-8 bytes of a request's body. */
export const maxBodyBytes = 1_048_576;
/** From the first byte to the last. */
const maxBodyMs = 10_000;

/**
 * The text of a request's body. Counts while it reads, so that no more than the limit is ever held.
 *
 * @throws {HttpProblem} when the body is too large, too slow or not UTF-8.
 */
export async function readBody(request: Request, clock: Clock): Promise<string> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBodyBytes) throw tooLarge();
  if (request.body === null) return "";
  return decode(await inTime(collect(request.body.getReader()), clock));
}

async function inTime<T>(reading: Promise<T>, clock: Clock): Promise<T> {
  let onLate: () => void;
  const late = new Promise<never>((_, reject) => {
    onLate = () =>
      reject(new HttpProblem("REQUEST_TIMEOUT", `Cannot read the body: it took over ${maxBodyMs} ms`, hangUp));
  });
  using _ = clock.timer(maxBodyMs, () => onLate());
  return await Promise.race([reading, late]);
}

async function collect(reader: Pick<ReadableStreamDefaultReader<Uint8Array>, "read">): Promise<readonly Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await readChunk(reader);
    if (done || value === undefined) return chunks;
    size += value.byteLength;
    // The rest is left unread: cancelling the stream would close the socket before the reply is out.
    if (size > maxBodyBytes) throw tooLarge();
    chunks.push(value);
  }
}

async function readChunk(
  reader: Pick<ReadableStreamDefaultReader<Uint8Array>, "read">,
): ReturnType<typeof reader.read> {
  try {
    return await reader.read();
  } catch {
    throw new HttpProblem("BAD_REQUEST", "Cannot read the body: the connection ended before it did");
  }
}

function decode(chunks: readonly Uint8Array[]): string {
  try {
    // A byte order mark is kept, for the JSON reader to refuse.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new HttpProblem("MALFORMED_JSON", "Cannot read the body: it must be UTF-8");
  }
}

/** What is left of the body would be taken for the next request. */
const hangUp = { headers: { Connection: "close" } };

function tooLarge(): HttpProblem {
  return new HttpProblem("BODY_TOO_LARGE", `Cannot read the body: it must have at most ${maxBodyBytes} bytes`, hangUp);
}
