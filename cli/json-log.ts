import type { LogSink } from "../lib/log.ts";
import type { OutputStream } from "./context.ts";

/** A log of one JSON object a line. */
export function createJsonLog(stream: OutputStream): LogSink {
  return (record) => void stream.write(`${JSON.stringify(record)}\n`);
}
