import { type AgentContext, defineAgent, ValidationError } from "orchestr8";
import * as v from "valibot";
import { unknownCitations } from "../citations.ts";
import { angleResult, type AngleResult, missingIn, reasonFor } from "../findings.ts";
import { type Answered, answered, createModel, type Model, modelIn } from "../model/model.ts";
import { roundOf } from "../model/round.ts";

const draft = v.object({ text: v.pipe(v.string(), v.minLength(1)) });
const verdict = v.object({
  score: v.pipe(v.number(), v.minValue(0), v.maxValue(100)),
  issues: v.array(v.string()),
});

const input = v.object({ question: v.string(), results: v.array(angleResult), model: v.string() });
type Input = v.InferOutput<typeof input>;

/** Writes an answer from what was found, and has it checked. Run again, it writes another one, with more care. */
export function writer(model: Model) {
  return defineAgent({
    id: "@multi-agent-research/write",
    version: "1.0.0",
    input,
    output: v.object({ ...draft.entries, ...verdict.entries, ...answered }),
    validate({ results }) {
      if (results.some(({ findings }) => findings.length > 0)) return;
      const reasons = missingIn(results).map(reasonFor).join("; ");
      throw new ValidationError(`Cannot write: no researcher has found anything: ${reasons}`);
    },
    async execute(given, context) {
      const written = await write(model, given, context);
      const { text } = written.answer;
      const checked = await check(model, given, text, context);
      return { text, ...checked.answer, answeredBy: written.answeredBy, tokens: written.tokens + checked.tokens };
    },
    target: modelIn,
    usage: ({ tokens }) => ({ tokens }),
  });
}

async function write(model: Model, { question, results, model: name }: Input, context: AgentContext) {
  const round = roundOf(context.idempotencyKey);
  const missing = missingIn(results).map(({ angle }) => angle);
  const about = missing.length === 0 ? "" : ` Say that nothing is known about ${missing.join(" and ")}.`;
  const care =
    round === 1 ? "" : " Earlier drafts were refused: give each claim its source, and say what speaks against it.";
  const task = `Answer the question from the findings, each claim with its source as [id].${about}${care} {"text": your answer}`;
  return await model(
    { part: "write", round, model: name, task, data: dataOf(question, results), answer: draft },
    context,
  );
}

/** What a model thinks of the draft; a source that nobody has found is worse than anything it could say. */
async function check(
  model: Model,
  { question, results, model: name }: Input,
  text: string,
  context: AgentContext,
): Promise<{ readonly answer: v.InferOutput<typeof verdict> } & Answered> {
  const round = roundOf(context.idempotencyKey);
  const task = `Judge the draft: does it answer the question, and is each claim in the findings? {"score": 0 to 100, "issues": [sentences]}`;
  const data = { ...dataOf(question, results), draft: text };
  const reply = await model({ part: "check", round, model: name, task, data, answer: verdict }, context);
  const unknown = unknownCitations(text, results);
  if (unknown.length === 0) return reply;
  const issues = [...reply.answer.issues, `Cites what was not found: ${unknown.join(", ")}`];
  return { ...reply, answer: { score: 0, issues } };
}

function dataOf(question: string, results: readonly AngleResult[]): Readonly<Record<string, unknown>> {
  return { question, findings: results.flatMap(({ findings }) => findings) };
}

export const writeAndCheck = writer(createModel(process.env));
