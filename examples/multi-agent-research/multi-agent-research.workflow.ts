import { contains, defineWorkflow, greaterOrEqual, transformAgent } from "orchestr8";
import { plan } from "./agents/plan.agent.ts";
import { publish } from "./agents/publish.agent.ts";
import { research } from "./agents/research.agent.ts";
import { writeAndCheck } from "./agents/write.agent.ts";

/** The same workflow as `multi-agent-research.o8.json`. */
export default defineWorkflow({
  id: "multi-agent-research",
  name: "Multi-agent research",
  description: "Agents look at a question from several angles; what they find becomes an answer that is checked",
  version: "1.0.0",
  input: {
    type: "object",
    properties: {
      question: {
        type: "string",
        minLength: 1,
        maxLength: 500,
        default: "Should Lindholm turn its ring road into cycle streets?",
      },
    },
    additionalProperties: false,
  },
  variables: { model: "claude-sonnet-4-5", fallbackModel: "claude-haiku-4-5", goodEnough: 75 },
  policies: {
    timeout: { global: "5m", perStep: "60s" },
    resilience: { retry: { maxAttempts: 2, baseDelay: "500ms" } },
    budget: { tokens: 60_000, calls: 30 },
  },
  steps: ({ input, variables, step }) => {
    const { question } = input;
    const everything = step("allAngles", {
      agent: transformAgent,
      input: { angles: ["costs", "safety", "climate", "rules"] },
    });
    const { angles } = step("plan", {
      agent: plan,
      input: { question, model: variables.model },
      fallback: everything,
    }).output;
    const look = (angle: "costs" | "safety" | "climate" | "rules") => {
      const { output, status, error } = step(angle, {
        agent: research,
        input: { question, angle, model: variables.model },
        condition: contains(angles, angle),
        onError: "continue",
      });
      return { angle, status, findings: output.findings.default([]), problem: error.message.default(null) };
    };
    const { results } = step("gather", {
      agent: transformAgent,
      input: { results: [look("costs"), look("safety"), look("climate"), look("rules")] },
    }).output;
    const spare = step("writeWithFallback", {
      agent: writeAndCheck,
      input: { question, results, model: variables.fallbackModel },
      repeat: { until: ({ score }) => greaterOrEqual(score, variables.goodEnough), maxIterations: 3 },
    });
    const draft = step("write", {
      agent: writeAndCheck,
      input: { question, results, model: variables.model },
      repeat: { until: ({ score }) => greaterOrEqual(score, variables.goodEnough), maxIterations: 3 },
      fallback: spare,
    });
    const { text, score, issues, answeredBy } = draft.output;
    const published = step("publish", {
      agent: publish,
      input: { question, results, draft: { text, score, issues, answeredBy }, goodEnough: variables.goodEnough },
    });
    return {
      report: published.output.markdown,
      isGoodEnough: published.output.isGoodEnough,
      score,
      missing: published.output.missing,
      answeredBy,
    };
  },
});
