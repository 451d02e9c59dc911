import { readFileSync } from "node:fs";
import { ValidationError } from "orchestr8";
import * as v from "valibot";
import type { Question, Reply } from "./question.ts";

/** Stands where the name of a model would. */
export const recordedReplies = "recorded replies";

/** By part; of several the one of the round, or the last. */
const recording = v.object({
  question: v.string(),
  replies: v.record(v.string(), v.array(v.object({ tokens: v.number(), answer: v.unknown() }))),
});

const { question: recordedQuestion, replies } = v.parse(
  recording,
  JSON.parse(readFileSync(new URL("recorded-replies.json", import.meta.url), "utf8")),
);

/**
 * What a model might have replied, where there is no key to ask one.
 *
 * @throws {ValidationError} for another question than the one that the replies are about.
 */
export function recordedReply({ part, round, data }: Question<unknown>): Reply {
  if (data["question"] !== recordedQuestion) {
    throw new ValidationError(
      `Cannot answer without a model: the recorded replies are about "${recordedQuestion}"; set ANTHROPIC_API_KEY`,
    );
  }
  const rounds = replies[part] ?? [];
  const reply = rounds[Math.min(round, rounds.length) - 1];
  if (reply === undefined)
    throw new ValidationError(`Cannot answer without a model: no reply to "${part}" is recorded`);
  return { answer: reply.answer, tokens: reply.tokens, answeredBy: recordedReplies };
}
