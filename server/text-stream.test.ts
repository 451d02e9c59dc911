import { describe, expect, test } from "bun:test";
import { textStream } from "./text-stream.ts";

describe("textStream()", () => {
  test("gives the texts, the empty ones left out", async () => {
    async function* texts() {
      yield "one";
      yield "";
      yield "two";
    }
    expect(await new Response(textStream(texts())).text()).toBe("onetwo");
  });

  test("lets its source go when the reader has seen enough", async () => {
    let isOver = false;
    async function* endless() {
      try {
        for (;;) yield "more";
      } finally {
        isOver = true;
      }
    }
    const reader = textStream(endless()).getReader();
    await reader.read();
    await reader.cancel();
    expect(isOver).toBe(true);
  });
});
