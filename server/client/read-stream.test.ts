import { describe, expect, test } from "bun:test";
import { readStream, type StreamMessage } from "./read-stream.ts";

/** A body of these chunks that then breaks off. */
function broken(...chunks: readonly string[]): ReadableStream<Uint8Array> {
  const rest = [...chunks];
  return new ReadableStream({
    pull(controller) {
      const chunk = rest.shift();
      if (chunk === undefined) controller.error(new Error("connection lost"));
      else controller.enqueue(new TextEncoder().encode(chunk));
    },
  });
}

describe("readStream()", () => {
  test("gives what came whole before the connection was lost", async () => {
    const messages: StreamMessage[] = [];
    for await (const message of readStream(broken("id: 1\nda", "ta: {}\n\n: beat\n\nid: 2\ndata: {")))
      messages.push(message);
    expect(messages).toEqual([{ id: "1", event: "message", data: "{}" }]);
  });
});
