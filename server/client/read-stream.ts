/** An event of a stream: `data` is its JSON. */
export interface StreamMessage {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

/** The events of a stream as they come, until it ends or breaks off. */
export async function* readStream(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamMessage, void> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => brokenOff);
      if (done || value === undefined) return;
      const blocks = (rest + decoder.decode(value, { stream: true })).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const message = parseBlock(block);
        if (message !== undefined) yield message;
      }
    }
  } finally {
    // What broke off cannot be cancelled any more.
    await reader.cancel().catch(() => undefined);
  }
}

/** To a reader that comes again, a connection that is lost is one that has ended. */
const brokenOff = { done: true, value: undefined } as const;

/** Undefined for comments and the like, which have no data. */
function parseBlock(block: string): StreamMessage | undefined {
  const fields = new Map<string, string>();
  for (const line of block.split("\n")) {
    const colon = line.indexOf(": ");
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 2));
  }
  const data = fields.get("data");
  return data === undefined ? undefined : { id: fields.get("id"), event: fields.get("event") ?? "message", data };
}
