import type { JsonObject } from "../lib/json.ts";
import type { CheckContext } from "./check-context.ts";
import { type Path, quoted } from "./problem.ts";
import { objectOrEmpty, type StepSource } from "./step-source.ts";

/** What a set may say that means something only where an agent is called. */
const agentPolicies = ["circuitBreaker", "bulkhead", "rateLimit"] as const;

/** Checks that policy sets that are used are there, and say nothing that would do nothing. */
export function checkPolicySets(context: CheckContext): void {
  const { source } = context;
  if (typeof source.policyUse === "string") findSet(context, source.policyUse, ["policies", "use"]);
  for (const step of source.steps) {
    const { use } = objectOrEmpty(objectOrEmpty(step.json)["policies"]);
    if (typeof use !== "string") continue;
    const set = findSet(context, use, [...step.path, "policies", "use"]);
    if (set !== undefined) checkEffect(context, step, set, use);
  }
}

function findSet(
  { source: { policySets }, report, suggest }: CheckContext,
  use: string,
  path: Path,
): JsonObject | undefined {
  if (Object.hasOwn(policySets, use)) return objectOrEmpty(policySets[use]);
  report({
    code: "POLICY_SET_UNKNOWN",
    message: `No policy set is called ${quoted(use)}`,
    fix: suggest(use, Object.keys(policySets)) ?? 'add it to "policySets"',
    place: { path },
  });
  return undefined;
}

/** A wait may use no set at all, which is reported with its other policies. */
function checkEffect({ report }: CheckContext, step: StepSource, set: JsonObject, name: string): void {
  if (!Object.hasOwn(objectOrEmpty(step.json), "workflow")) return;
  for (const key of agentPolicies) {
    if (!Object.hasOwn(set, key)) continue;
    report({
      code: "SCHEMA_CONFLICTING_KEY",
      message: `The policy ${quoted(key)} of the set ${quoted(name)} does nothing here: the step runs a workflow and calls no agent itself`,
      fix: "use a set without it",
      place: { path: [...step.path, "policies", "use"] },
    });
  }
}
