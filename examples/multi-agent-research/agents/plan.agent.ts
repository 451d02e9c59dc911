import { defineAgent } from "orchestr8";
import * as v from "valibot";
import { angle, angles } from "../findings.ts";
import { answered, createModel, type Model, modelIn } from "../model/model.ts";

const answer = v.object({ angles: v.pipe(v.array(angle), v.minLength(1)) });

/** Decides from which angles a question is looked at. */
export function planner(model: Model) {
  return defineAgent({
    id: "@multi-agent-research/plan",
    version: "1.0.0",
    input: v.object({ question: v.string(), model: v.string() }),
    output: v.object({ ...answer.entries, ...answered }),
    async execute({ question, model: name }, context) {
      const reply = await model(
        {
          part: "plan",
          round: 1,
          model: name,
          task: `Choose the angles from which this question should be looked at: {"angles": [one or more of ${angles.join(", ")}]}`,
          data: { question },
          answer,
        },
        context,
      );
      return { angles: [...new Set(reply.answer.angles)], answeredBy: reply.answeredBy, tokens: reply.tokens };
    },
    target: modelIn,
    usage: ({ tokens }) => ({ tokens }),
  });
}

export const plan = planner(createModel(process.env));
