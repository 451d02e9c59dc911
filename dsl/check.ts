import type { AgentCatalog } from "./agent-catalog.ts";
import { lookUpAgents } from "./agent-lookup.ts";
import { createCheckContext } from "./check-context.ts";
import { checkFallbacks } from "./check-fallbacks.ts";
import { checkGraph } from "./check-graph.ts";
import { checkIdempotencyKeys } from "./check-idempotency-keys.ts";
import { checkPolicySets } from "./check-policy-sets.ts";
import { checkReachable } from "./check-reachable.ts";
import { checkReferences } from "./check-references.ts";
import { checkStepKeys } from "./check-step-keys.ts";
import { checkStepOutputs, reportSchema } from "./check-step-output.ts";
import { checkTypes } from "./check-types.ts";
import type { DocumentSource } from "./document-source.ts";
import { knownData } from "./known-data.ts";
import type { Report } from "./problem.ts";

/** Everything about a document that its shape does not tell: names, order, agents and what is there when it is read. */
export function checkDocument(source: DocumentSource, agents: AgentCatalog | undefined, report: Report): void {
  const context = createCheckContext(source, agents, report);
  checkStepKeys(context);
  checkGraph(context);
  checkFallbacks(context);
  checkReachable(context);
  const lookup = lookUpAgents(context);
  const known = knownData(source, lookup);
  // The workflow's own input schema must be one that its callers' input can be checked with.
  if (source.input !== undefined) reportSchema(report, source.input, ["input"], '"input"');
  checkStepOutputs(context, known);
  checkPolicySets(context);
  checkIdempotencyKeys(context);
  checkTypes(context, known, lookup);
  checkReferences(context, known);
}
