import type { IncomingMessage } from "node:http";
import { pipeline, Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { InvalidValueError, RetryableError } from "../../errors.ts";

const decoders: ReadonlyMap<string, () => Transform> = new Map([
  ["gzip", createGunzip],
  ["x-gzip", createGunzip],
  ["br", createBrotliDecompress],
  ["deflate", createInflate],
]);

/**
 * The decompressed body of an answer. It is read no further than the limit, which holds before and after decompression:
 * what is short as it comes may be endless as it is meant. `name` says what was asked, for messages.
 *
 * @throws {InvalidValueError} when it is longer, or encoded in a way that was not asked for, and {@link RetryableError}
 * when the connection ended before it did.
 */
export async function readBody(answer: IncomingMessage, maxBytes: number, name: string): Promise<Uint8Array> {
  const tooLarge = new InvalidValueError(
    "VALUE_TOO_LARGE",
    `Cannot ${name}: its answer is longer than ${maxBytes} bytes`,
  );
  if (Number(answer.headers["content-length"] ?? 0) > maxBytes) throw tooLarge;
  const encoding = answer.headers["content-encoding"]?.toLowerCase() ?? "identity";
  const decoder = decoders.get(encoding);
  if (decoder === undefined && encoding !== "identity") {
    throw new InvalidValueError("VALUE_NOT_JSON", `Cannot ${name}: its answer has an encoding that was not asked for`);
  }
  const stages = [
    limited(maxBytes, tooLarge),
    ...(decoder === undefined ? [] : [decoder(), limited(maxBytes, tooLarge)]),
  ];
  const chunks: Uint8Array[] = [];
  await new Promise<void>((resolve, reject) => {
    const last = pipeline([answer, ...stages], (error) => (error == null ? resolve() : reject(error)));
    last.on("data", (chunk: Uint8Array) => void chunks.push(chunk));
  });
  // Not every runtime reports a body that ends early as an error.
  if (!answer.complete) throw new RetryableError(`Cannot ${name}: the connection ended before its answer did`);
  return Buffer.concat(chunks);
}

/** Passes on so many bytes and fails at the next. */
function limited(maxBytes: number, tooLarge: Error): Transform {
  let size = 0;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      size += chunk.byteLength;
      if (size > maxBytes) done(tooLarge);
      else done(null, chunk);
    },
  });
}
