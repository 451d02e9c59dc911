import { isJsonObject, type JsonObject, type JsonValue } from "../lib/json.ts";

/** What a model is asked, in the words of no vendor. */
export interface ModelRequest {
  readonly model?: string;
  readonly system?: string;
  readonly messages: readonly ModelMessage[];
  readonly tools?: readonly ModelTool[];
  /** The tool that the model has to call, for structured output. */
  readonly toolChoice?: string;
  readonly maxTokens?: number;
}

export interface ModelMessage {
  readonly role: "user" | "assistant";
  /** Text, or the blocks of the vendor's API as they came. */
  readonly content: string | readonly JsonObject[];
}

export interface ModelTool {
  readonly name: string;
  readonly description?: string;
  readonly input: JsonObject;
}

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly input: JsonObject;
}

/** What a model answers. */
export interface ModelReply {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly stopReason: "end_turn" | "tool_use" | "max_tokens" | "refusal";
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number };
}

/** A piece of a reply, as it comes. */
export type ModelChunk =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "toolCall"; readonly toolCall: ToolCall }
  | { readonly type: "end"; readonly reply: ModelReply };

/** A failure of the model's service. */
export interface MockFailure {
  /** Of the HTTP answer, such as 429 or 529. */
  readonly status: number;
  /** Such as `"overloaded_error"`; by default what the status stands for. */
  readonly type?: string;
  readonly message?: string;
  /** In seconds. */
  readonly retryAfter?: number;
}

/** What a mock answers: text, or more than that, or a failure. */
export type MockReply =
  | string
  | {
      /** Several pieces come one after the other when the reply is streamed. */
      readonly text?: string | readonly string[];
      /** Structured output: as JSON text, or as the call of the tool that the request demands. */
      readonly json?: JsonValue;
      readonly toolCalls?: readonly (Omit<ToolCall, "id"> & { readonly id?: string })[];
      readonly stopReason?: ModelReply["stopReason"];
      readonly usage?: Partial<ModelReply["usage"]>;
      /** A stream breaks off with this after its text; without a stream the whole reply fails. */
      readonly thenFails?: MockFailure;
    }
  | MockFailure
  | Error;

/** A model that answers what a test says, and remembers what it was asked. */
export interface MockModel {
  (request: ModelRequest): Promise<ModelReply>;
  stream(request: ModelRequest): AsyncIterable<ModelChunk>;
  /** What it was asked, in order. */
  readonly calls: readonly ModelRequest[];
  /** What it will answer to a request: its HTTP form needs failures as they are. */
  answer(request: ModelRequest): Promise<MockAnswer>;
}

/** A reply that is worked out, with the pieces that its text comes in; or a failure, after some pieces perhaps. */
export type MockAnswer = { readonly pieces: readonly string[] } & (
  | { readonly reply: ModelReply; readonly failure?: undefined }
  | { readonly reply?: undefined; readonly failure: MockFailure }
);

/** Thrown by a mock that was told to fail. */
export class ModelFailureError extends Error {
  override readonly name = "ModelFailureError";
  readonly status: number;
  readonly type: string;
  /** In milliseconds. */
  readonly retryAfter: number | undefined;

  constructor(failure: MockFailure) {
    super(failureMessage(failure));
    this.status = failure.status;
    this.type = failureType(failure);
    this.retryAfter = failure.retryAfter === undefined ? undefined : failure.retryAfter * 1_000;
  }
}

/**
 * A model for tests. One reply is given again and again; of a list each once, in order, and a further request fails; a
 * function decides by itself.
 *
 * @example
 * ```ts
 * const model = mockModel(["Hello", { toolCalls: [{ name: "weather", input: { city: "Oslo" } }] }, { status: 529 }]);
 * const { text } = await model({ messages: [{ role: "user", content: "Hi" }] });
 * ```
 */
export function mockModel(
  replies:
    | MockReply
    | readonly MockReply[]
    | ((request: ModelRequest, index: number) => MockReply | Promise<MockReply>),
): MockModel {
  const calls: ModelRequest[] = [];
  const answer = async (request: ModelRequest): Promise<MockAnswer> => {
    const index = calls.push(request) - 1;
    const reply = typeof replies === "function" ? await replies(request, index) : replyAt(replies, index);
    return work(reply, request, index);
  };
  const model = async (request: ModelRequest): Promise<ModelReply> => {
    const answered = await answer(request);
    return replyOf(answered);
  };
  return Object.assign(model, { answer, calls, stream: (request: ModelRequest) => streamed(answer, request) });
}

/** As the vendor's errors are called. */
export function failureType({ status, type }: MockFailure): string {
  return type ?? typesByStatus[status] ?? "api_error";
}

export function failureMessage(failure: MockFailure): string {
  return failure.message ?? `the model answers ${failure.status} ${failureType(failure)}`;
}

const typesByStatus: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  529: "overloaded_error",
};

async function* streamed(
  answer: (request: ModelRequest) => Promise<MockAnswer>,
  request: ModelRequest,
): AsyncGenerator<ModelChunk> {
  const answered = await answer(request);
  for (const text of answered.pieces) yield { type: "text", text };
  const reply = replyOf(answered);
  for (const toolCall of reply.toolCalls) yield { type: "toolCall", toolCall };
  yield { type: "end", reply };
}

function replyOf(answer: MockAnswer): ModelReply {
  if (answer.failure !== undefined) throw new ModelFailureError(answer.failure);
  return answer.reply;
}

function replyAt(replies: MockReply | readonly MockReply[], index: number): MockReply {
  if (!isList(replies)) return replies;
  const reply = replies[index];
  if (reply !== undefined) return reply;
  throw new RangeError(`Cannot answer request ${index + 1} to the mock model: it was given ${replies.length} replies`);
}

function isList(replies: MockReply | readonly MockReply[]): replies is readonly MockReply[] {
  return Array.isArray(replies);
}

function work(given: MockReply, request: ModelRequest, index: number): MockAnswer {
  if (given instanceof Error) return refused({ status: 500, message: given.message });
  if (typeof given === "object" && "status" in given) return refused(given);
  const {
    text = "",
    json,
    toolCalls = [],
    stopReason,
    usage,
    thenFails,
  } = typeof given === "string" ? { text: given } : given;
  const isTool = json !== undefined && request.toolChoice !== undefined;
  const demanded: readonly (Omit<ToolCall, "id"> & { readonly id?: string })[] = isTool
    ? [{ name: request.toolChoice ?? "", input: asObject(json) }]
    : [];
  const calls = [...toolCalls, ...demanded].map(({ id = "", name, input }, place) => ({
    id: id === "" ? `toolu_${index + 1}_${place + 1}` : id,
    name,
    input,
  }));
  const pieces = json === undefined || isTool ? piecesOf(text) : [...piecesOf(text), JSON.stringify(json)];
  if (thenFails !== undefined) return { pieces, failure: thenFails };
  const whole = pieces.join("");
  const reply: ModelReply = {
    text: whole,
    toolCalls: calls,
    stopReason: stopReason ?? (calls.length > 0 ? "tool_use" : "end_turn"),
    usage: { inputTokens: tokensIn(JSON.stringify(request.messages)), outputTokens: tokensIn(whole), ...usage },
  };
  return { reply, pieces };
}

function refused(failure: MockFailure): MockAnswer {
  return { pieces: [], failure };
}

function piecesOf(text: string | readonly string[]): readonly string[] {
  if (typeof text !== "string") return text;
  return text === "" ? [] : [text];
}

function asObject(json: JsonValue): JsonObject {
  if (isJsonObject(json)) return json;
  throw new TypeError("Cannot answer with the demanded tool: its json must be an object");
}

/** About as many as a model would count, and always the same. */
function tokensIn(text: string): number {
  return Math.ceil(text.length / 4);
}
