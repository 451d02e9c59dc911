/** The texts as a body, made as fast as they are read: the next one is asked for when the reader has taken the last. */
export function textStream(texts: AsyncIterator<string, void>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        for (;;) {
          const { done, value } = await texts.next();
          if (done === true) return controller.close();
          // An empty chunk would wake nobody.
          if (value !== "") return controller.enqueue(encoder.encode(value));
        }
      },
      async cancel() {
        await texts.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
