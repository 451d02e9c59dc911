import type { JsonObject } from "../lib/json.ts";
import type { ModelReply } from "./model.ts";

/** One event of a stream. */
export type MessageEvent = JsonObject & { readonly type: string };

/** A reply as the events of a stream of the Messages API; with an error, up to where the stream breaks off. */
export function messageEvents(
  start: JsonObject,
  { toolCalls, stopReason, usage }: ModelReply,
  pieces: readonly string[],
  error: MessageEvent | undefined,
): readonly MessageEvent[] {
  const events: MessageEvent[] = [{ type: "message_start", message: start }];
  let index = 0;
  if (pieces.length > 0) {
    const deltas = pieces.map((text) => ({ type: "text_delta", text }));
    events.push(...block(index++, { type: "text", text: "" }, deltas));
  }
  if (error !== undefined) return [...events, error];
  for (const { id, name, input } of toolCalls) {
    const delta = { type: "input_json_delta", partial_json: JSON.stringify(input) };
    events.push(...block(index++, { type: "tool_use", id, name, input: {} }, [delta]));
  }
  return [
    ...events,
    {
      type: "message_delta",
      delta: { stop_reason: stopReason, stop_sequence: null },
      usage: { output_tokens: usage.outputTokens },
    },
    { type: "message_stop" },
  ];
}

function block(index: number, start: JsonObject, deltas: readonly JsonObject[]): readonly MessageEvent[] {
  return [
    { type: "content_block_start", index, content_block: start },
    ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
    { type: "content_block_stop", index },
  ];
}
