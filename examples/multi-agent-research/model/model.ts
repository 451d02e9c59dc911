import type { AgentContext } from "orchestr8";
import * as v from "valibot";
import { askAnthropic } from "./ask-anthropic.ts";
import type { Question, Reply } from "./question.ts";
import { recordedReply } from "./recorded-reply.ts";

/** Asks a model. Rejects with what may be tried again for a service that fails, and for a reply of the wrong shape. */
export type Model = <Answer>(
  question: Question<Answer>,
  context: AgentContext,
) => Promise<{ readonly answer: Answer } & Answered>;

/** What every agent that asks a model says of it in its output. */
export const answered = { answeredBy: v.string(), tokens: v.number() };
export interface Answered {
  readonly answeredBy: string;
  readonly tokens: number;
}

/** The name of the operator's secret, where it does not come from the environment. */
const secretName = "anthropic/api-key";

/** A model that is Claude where there is a key for it, and otherwise replies what was recorded. */
export function createModel(env: Readonly<Record<string, string | undefined>>): Model {
  return async (question, context) => {
    const key = context.secrets[secretName] ?? env["ANTHROPIC_API_KEY"];
    const reply = key ? await askAnthropic(question, key, context) : recordedReply(question);
    return { answeredBy: reply.answeredBy, tokens: reply.tokens, answer: checked(question, reply) };
  };
}

/** Which model a call is about: circuits are kept by it, so that one which is down does not stand in the way of another. */
export function modelIn(input: unknown): string | undefined {
  return v.is(v.object({ model: v.string() }), input) ? input.model : undefined;
}

function checked<Answer>({ part, model, answer }: Question<Answer>, reply: Reply): Answer {
  const { success, output, issues } = v.safeParse(answer, reply.answer);
  if (success) return output;
  const [{ message }] = issues;
  throw new WrongReplyError(`Cannot use the reply of "${model}" to "${part}": ${message}`);
}

/** A model that is asked again may do better. */
class WrongReplyError extends Error {
  override readonly name = "WrongReplyError";
  readonly isRetryable = true;
}
