import { describe, expect, test } from "bun:test";
import { readStream, type StreamMessage } from "./read-stream.ts";

/** A body of these chunks that then breaks off. */
async function* broken(...chunks: readonly string[]): AsyncGenerator<Uint8Array, void> {
  for (const chunk of chunks) yield new TextEncoder().encode(chunk);
  throw new Error("connection lost");
}

describe("readStream()", () => {
  test("gives what came whole before the connection was lost", async () => {
    const messages: StreamMessage[] = [];
    for await (const message of readStream(broken("id: 1\nda", "ta: {}\n\n: beat\n\nid: 2\ndata: {")))
      messages.push(message);
    expect(messages).toEqual([{ id: "1", event: "message", data: "{}" }]);
  });
});
