import { isJsonObject, type JsonObject, type JsonValue } from "../lib/json.ts";
import type { HttpAnswer } from "./http-mock.ts";
import {
  failureMessage,
  failureType,
  type MockAnswer,
  type MockFailure,
  type MockModel,
  type ModelReply,
  type ModelRequest,
} from "./model.ts";
import { type MessageEvent, messageEvents } from "./model-events.ts";

/** A request in the shape of the Messages API. Only what is looked at here. */
interface MessagesRequest {
  readonly model: string;
  readonly max_tokens: number;
  readonly messages: ModelRequest["messages"];
}

/**
 * A mock model as Anthropic's Messages API, streams included, for the `handlers` of a harness. Requests are checked for the
 * fields that the API demands.
 *
 * @example
 * ```ts
 * const model = mockModel("It rains in Oslo");
 * await using harness = createHarness({ handlers: [modelEndpoint(model)] });
 * ```
 */
export function modelEndpoint(
  model: MockModel,
  { url = "https://api.anthropic.com/v1/messages" }: { readonly url?: string } = {},
): HttpAnswer {
  return {
    method: "POST",
    url,
    answer: async (request) => {
      const body: unknown = await request.json();
      if (!isMessagesRequest(body)) {
        return refusal({ status: 400, message: "a request needs model, max_tokens and messages" });
      }
      const answered = await model.answer(modelRequest(body));
      const id = `msg_${model.calls.length}`;
      const hasBegun = answered.failure === undefined || answered.pieces.length > 0;
      if (body["stream"] === true && hasBegun) return stream(id, body.model, answered);
      if (answered.failure !== undefined) return refusal(answered.failure);
      return Response.json(messageOf(id, body.model, answered.reply));
    },
  };
}

function isMessagesRequest(body: unknown): body is MessagesRequest & JsonObject {
  return (
    isJsonObject(body) &&
    typeof body["model"] === "string" &&
    typeof body["max_tokens"] === "number" &&
    Array.isArray(body["messages"])
  );
}

function modelRequest(body: MessagesRequest & JsonObject): ModelRequest {
  const { model, max_tokens: maxTokens, messages } = body;
  const system = textOf(body["system"]);
  const tools = Array.isArray(body["tools"]) ? body["tools"].filter(isJsonObject).map(toolOf) : undefined;
  const choice = body["tool_choice"];
  const toolChoice = isJsonObject(choice) && choice["type"] === "tool" ? choice["name"] : undefined;
  return {
    model,
    maxTokens,
    messages,
    ...(system !== undefined && { system }),
    ...(tools !== undefined && { tools }),
    ...(typeof toolChoice === "string" && { toolChoice }),
  };
}

/** Text, or blocks of it. */
function textOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return undefined;
  return value
    .map((block: JsonValue) => (isJsonObject(block) && typeof block["text"] === "string" ? block["text"] : ""))
    .join("\n");
}

function toolOf(tool: JsonObject): NonNullable<ModelRequest["tools"]>[number] {
  const { name, description, input_schema: input } = tool;
  return {
    name: typeof name === "string" ? name : "",
    ...(typeof description === "string" && { description }),
    input: isJsonObject(input) ? input : {},
  };
}

function messageOf(id: string, model: string, { text, toolCalls, stopReason, usage }: ModelReply): JsonObject {
  return {
    id,
    type: "message",
    role: "assistant",
    model,
    content: [
      ...(text === "" ? [] : [{ type: "text", text }]),
      ...toolCalls.map((call) => ({ type: "tool_use", id: call.id, name: call.name, input: call.input })),
    ],
    stop_reason: stopReason,
    stop_sequence: null,
    usage: { input_tokens: usage.inputTokens, output_tokens: usage.outputTokens },
  };
}

function refusal(failure: MockFailure): Response {
  const { status, retryAfter } = failure;
  const headers = retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
  return Response.json(errorOf(failure), { status, headers });
}

function errorOf(failure: MockFailure): MessageEvent {
  return { type: "error", error: { type: failureType(failure), message: failureMessage(failure) } };
}

const nothing: ModelReply = {
  text: "",
  toolCalls: [],
  stopReason: "end_turn",
  usage: { inputTokens: 0, outputTokens: 0 },
};

function stream(id: string, model: string, { reply = nothing, pieces, failure }: MockAnswer): Response {
  const start = { ...messageOf(id, model, { ...reply, text: "", toolCalls: [] }), stop_reason: null };
  const events = messageEvents(start, reply, pieces, failure === undefined ? undefined : errorOf(failure));
  const text = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const encoder = new TextEncoder();
      for (const event of text) controller.enqueue(encoder.encode(event));
      controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}
