import { defineAgent } from "orchestr8";
import * as v from "valibot";
import { angleResult, missingIn, reasonFor } from "../findings.ts";
import { recordedReplies } from "../model/recorded-reply.ts";

/** Puts the report together. What a reader must know of how it came about is said here, and not left to a model. */
export const publish = defineAgent({
  id: "@multi-agent-research/publish",
  version: "1.0.0",
  input: v.object({
    question: v.string(),
    results: v.array(angleResult),
    draft: v.object({ text: v.string(), score: v.number(), issues: v.array(v.string()), answeredBy: v.string() }),
    goodEnough: v.number(),
  }),
  output: v.object({ markdown: v.string(), isGoodEnough: v.boolean(), missing: v.array(v.string()) }),
  execute({ question, results, draft, goodEnough }) {
    const missing = missingIn(results);
    const isGoodEnough = draft.score >= goodEnough;
    const isRecorded = draft.answeredBy === recordedReplies;
    const notices = [
      isRecorded ? "> **Offline**: written from recorded replies, as there is no ANTHROPIC_API_KEY." : "",
      missing.length > 0 ? `> **Incomplete**: nothing is known about ${missing.map(reasonFor).join("; ")}.` : "",
      isGoodEnough ? "" : `> **Not good enough**: ${draft.score} of ${goodEnough} points. ${draft.issues.join("; ")}`,
    ];
    const cited = results
      .flatMap(({ findings }) => findings)
      .filter(({ source }) => draft.text.includes(`[${source}]`));
    const list = cited.map(({ source, claim }) => `- [${source}] ${claim}`).join("\n");
    const parts = [
      `# ${question}`,
      ...notices,
      draft.text,
      `## Findings\n\n${list}`,
      `Written by ${draft.answeredBy}.`,
    ];
    return {
      markdown: `${parts.filter((part) => part !== "").join("\n\n")}\n`,
      isGoodEnough,
      missing: missing.map(({ angle }) => angle),
    };
  },
});
