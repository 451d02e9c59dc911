import { validatorFor } from "../lib/agents/json-schema.ts";
import type { AgentCatalog } from "./agent-catalog.ts";
import { lookUpAgents } from "./agent-lookup.ts";
import { checkAgents } from "./check-agents.ts";
import { type CheckContext, createCheckContext } from "./check-context.ts";
import { checkFallbacks } from "./check-fallbacks.ts";
import { checkGraph } from "./check-graph.ts";
import { checkItems } from "./check-items.ts";
import { checkReachable } from "./check-reachable.ts";
import { checkReferences } from "./check-references.ts";
import { checkStepKeys } from "./check-step-keys.ts";
import type { DocumentSource } from "./document-source.ts";
import type { Report } from "./problem.ts";

/** Everything about a document that its shape does not tell: names, order, agents and what is there when it is read. */
export function checkDocument(source: DocumentSource, agents: AgentCatalog | undefined, report: Report): void {
  const context = createCheckContext(source, agents, report);
  checkStepKeys(context);
  checkGraph(context);
  checkFallbacks(context);
  checkReachable(context);
  const lookup = lookUpAgents(context);
  checkAgents(context, lookup);
  checkInputSchema(context);
  checkItems({ ...context, lookup });
  checkReferences(context, lookup);
}

/** The workflow's own input schema must be one that its callers' input can be checked with. */
function checkInputSchema({ source, report }: CheckContext): void {
  if (source.input === undefined) return;
  try {
    validatorFor(source.input);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    report({
      code: "SCHEMA_VALUE",
      message: `"input" must be a JSON Schema: ${error.message}`,
      place: { path: ["input"] },
    });
  }
}
