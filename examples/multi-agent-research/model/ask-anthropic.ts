import type { AgentContext } from "orchestr8";
import * as v from "valibot";
import { promptFor } from "./prompt.ts";
import type { Question, Reply } from "./question.ts";

const endpoint = "https://api.anthropic.com/v1/messages";
const maxTokens = 1_500;

const message = v.object({
  content: v.array(v.object({ type: v.string(), text: v.optional(v.string(), "") })),
  usage: v.object({ input_tokens: v.number(), output_tokens: v.number() }),
});

/** Asks Claude over the Messages API. An error has the status, by which the engine knows whether to try again. */
export async function askAnthropic(
  { part, model, ...question }: Question<unknown>,
  key: string,
  { fetch, idempotencyKey, attempt }: AgentContext,
): Promise<Reply> {
  const { system, user } = promptFor(question);
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-api-key": key,
      "anthropic-version": "2023-06-01",
      // A request of its own for each question of a call, and for an attempt that follows on a reply of no use.
      "idempotency-key": `${idempotencyKey}/${part}/${attempt}`,
    },
    body: JSON.stringify({ model, max_tokens: maxTokens, system, messages: [{ role: "user", content: user }] }),
  });
  if (!response.ok) throw new ModelServiceError(model, response);
  const { content, usage } = v.parse(message, await response.json());
  return {
    answer: jsonIn(content.map(({ text }) => text).join("")),
    tokens: usage.input_tokens + usage.output_tokens,
    answeredBy: model,
  };
}

class ModelServiceError extends Error {
  override readonly name = "ModelServiceError";
  readonly status: number;
  /** In milliseconds. */
  readonly retryAfter: number | undefined;

  constructor(model: string, { status, headers }: Response) {
    super(`Cannot ask "${model}": the service answers ${status}`);
    const seconds = Number(headers.get("retry-after") ?? Number.NaN);
    this.status = status;
    this.retryAfter = Number.isFinite(seconds) ? seconds * 1_000 : undefined;
  }
}

/** Models like to put JSON between other words. What is none is undefined, and no answer. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));
  } catch {
    return undefined;
  }
}
