import { describe, expect, test } from "bun:test";
import { rejectionOf } from "../lib/testing/rejection-of.ts";
import { createHarness } from "./harness.ts";
import { mockModel, type ModelRequest } from "./model.ts";
import { modelEndpoint } from "./model-endpoint.ts";

const hi: ModelRequest = { messages: [{ role: "user", content: "Hi" }] };

describe("mockModel()", () => {
  test("gives one reply again and again, and remembers what it was asked", async () => {
    const model = mockModel("Hello");
    expect(await model(hi)).toMatchObject({ text: "Hello", toolCalls: [], stopReason: "end_turn" });
    expect((await model({ ...hi, system: "Be brief" })).text).toBe("Hello");
    expect(model.calls).toEqual([hi, { ...hi, system: "Be brief" }]);
  });

  test("gives those of a list in order: text, calls of tools, structured output, failures", async () => {
    const model = mockModel([
      "one",
      { text: "let me see", toolCalls: [{ name: "weather", input: { city: "Oslo" } }] },
      { json: { sky: "rain" } },
      { json: { sky: "rain" } },
      { status: 429, retryAfter: 2 },
      new Error("down"),
    ]);
    expect((await model(hi)).text).toBe("one");
    expect(await model(hi)).toMatchObject({
      text: "let me see",
      stopReason: "tool_use",
      toolCalls: [{ id: "toolu_2_1", name: "weather", input: { city: "Oslo" } }],
    });
    expect((await model(hi)).text).toBe('{"sky":"rain"}');
    expect(await model({ ...hi, toolChoice: "report" })).toMatchObject({
      text: "",
      toolCalls: [{ name: "report", input: { sky: "rain" } }],
    });
    expect(await rejectionOf(model(hi))).toMatchObject({ status: 429, type: "rate_limit_error", retryAfter: 2_000 });
    expect(await rejectionOf(model(hi))).toMatchObject({ status: 500, message: "down" });
    expect(String(await rejectionOf(model(hi)))).toContain("it was given 6 replies");
  });

  test("lets a function decide by the request", async () => {
    const model = mockModel(({ messages }, index) => `${index}: ${messages.length}`);
    expect((await model(hi)).text).toBe("0: 1");
  });

  test("streams, and breaks off", async () => {
    const model = mockModel({ text: ["Hel", "lo"], thenFails: { status: 529 } });
    const seen: string[] = [];
    const read = async (): Promise<void> => {
      for await (const chunk of model.stream(hi)) if (chunk.type === "text") seen.push(chunk.text);
    };
    expect(await rejectionOf(read())).toMatchObject({ type: "overloaded_error" });
    expect(seen).toEqual(["Hel", "lo"]);
  });
});

describe("modelEndpoint()", () => {
  const url = "https://api.anthropic.com/v1/messages";
  const body = { model: "claude-x", max_tokens: 100, messages: [{ role: "user", content: "Hi" }] };
  const agent = {
    id: "@test/ask",
    version: "1.0.0",
    execute: async (extra: object) => {
      const response = await fetch(url, { method: "POST", body: JSON.stringify({ ...body, ...extra }) });
      return { status: response.status, retryAfter: response.headers.get("retry-after"), text: await response.text() };
    },
  };

  async function ask(model: ReturnType<typeof mockModel>, extra: object = {}) {
    await using harness = createHarness({ handlers: [modelEndpoint(model)] });
    return await harness.agent(agent).execute(extra);
  }

  test("answers as the Messages API does", async () => {
    const model = mockModel({ text: "Rain", toolCalls: [{ name: "log", input: {} }], usage: { outputTokens: 7 } });
    const tools = [{ name: "log", description: "Logs", input_schema: { type: "object" } }];
    const { status, text } = await ask(model, { tools, system: [{ type: "text", text: "Be brief" }] });
    expect({ status, body: JSON.parse(text) }).toEqual({
      status: 200,
      body: {
        id: "msg_1",
        type: "message",
        role: "assistant",
        model: "claude-x",
        content: [
          { type: "text", text: "Rain" },
          { type: "tool_use", id: "toolu_1_1", name: "log", input: {} },
        ],
        stop_reason: "tool_use",
        stop_sequence: null,
        usage: { input_tokens: 8, output_tokens: 7 },
      },
    });
    expect(model.calls).toEqual([
      {
        model: "claude-x",
        maxTokens: 100,
        messages: [{ role: "user", content: "Hi" }],
        system: "Be brief",
        tools: [{ name: "log", description: "Logs", input: { type: "object" } }],
      },
    ]);
  });

  test("fails as it does", async () => {
    const { status, retryAfter, text } = await ask(mockModel({ status: 529, retryAfter: 3 }));
    expect({ status, retryAfter, type: JSON.parse(text).error.type }).toEqual({
      status: 529,
      retryAfter: "3",
      type: "overloaded_error",
    });
    expect((await ask(mockModel("x"), { max_tokens: undefined })).status).toBe(400);
  });

  test("streams as it does, up to where it breaks off", async () => {
    const { text } = await ask(mockModel({ text: ["Ra", "in"], toolCalls: [{ name: "log", input: { a: 1 } }] }), {
      stream: true,
    });
    const events = text
      .trim()
      .split("\n\n")
      .map((event) => JSON.parse(event.split("\ndata: ")[1] ?? ""));
    expect(events.map(({ type, delta }) => delta?.text ?? delta?.partial_json ?? type)).toEqual([
      "message_start",
      "content_block_start",
      "Ra",
      "in",
      "content_block_stop",
      "content_block_start",
      '{"a":1}',
      "content_block_stop",
      "message_delta",
      "message_stop",
    ]);
    const broken = await ask(mockModel({ text: "Ra", thenFails: { status: 529 } }), { stream: true });
    expect(broken.text.trim().split("\n\n").at(-1)).toStartWith("event: error\n");
  });
});
