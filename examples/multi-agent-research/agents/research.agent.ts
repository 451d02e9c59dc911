import { defineAgent } from "orchestr8";
import * as v from "valibot";
import { angle, findings } from "../findings.ts";
import { answered, createModel, type Model, modelIn } from "../model/model.ts";
import { type Source, sources } from "../sources.ts";

const answer = v.object({ findings });

/** Looks at a question from one angle. A finding that names no source of this angle is dropped. */
export function researcher(model: Model, library: readonly Source[]) {
  return defineAgent({
    id: "@multi-agent-research/research",
    version: "1.0.0",
    input: v.object({ question: v.string(), angle, model: v.string() }),
    output: v.object({ findings, ...answered }),
    async execute({ question, angle: side, model: name }, context) {
      const own = library.filter((source) => source.angle === side);
      const reply = await model(
        {
          part: side,
          round: 1,
          model: name,
          task: `Find what the sources say to the question about ${side}: {"findings": [{"source": its id, "claim": one sentence}]}`,
          data: { question, sources: own.map(({ id, title, text }) => ({ id, title, text })) },
          answer,
        },
        context,
      );
      const known = new Set(own.map(({ id }) => id));
      const sound = reply.answer.findings.filter(({ source }) => known.has(source));
      return { findings: sound, answeredBy: reply.answeredBy, tokens: reply.tokens };
    },
    target: modelIn,
    usage: ({ tokens }) => ({ tokens }),
  });
}

export const research = researcher(createModel(process.env), sources);
