import type { JsonObject } from "../../lib/json.ts";
import { agentPolicies, callKeys, type Choice, stepChoice, waitChoice, workflowChoice } from "../check-step-keys.ts";

/**
 * Which keys of a definition go together, in JSON Schema. A key that is too much is refused by a `dependencies` of the key
 * that it contradicts, because only that has editors underline the key itself and say our words. `oneOf` would have them
 * say "Matches multiple schemas when only one must validate" of the whole step.
 */
export const formatRules: Readonly<Record<string, JsonObject>> = {
  step: { allOf: [exactlyOne(stepChoice), besideWait(), besideWorkflow(), oneWorkflow(), fallback()] },
  wait: { allOf: [exactlyOne(waitChoice), withoutTimeout("for"), withoutTimeout("until")] },
};

function exactlyOne({ keys, rule }: Choice<string>): JsonObject {
  return {
    anyOf: keys.map((key) => ({ required: [key] })),
    dependencies: Object.fromEntries(
      keys
        .slice(0, -1)
        .map((key, index) => [key, refuse(keys.slice(index + 1), `Cannot stand beside "${key}": ${rule}`)]),
    ),
  };
}

function besideWait(): JsonObject {
  const { keys, reason } = agentPolicies.wait;
  return {
    dependencies: {
      wait: {
        allOf: [
          refuse(callKeys, 'Cannot stand beside "wait": the step calls nothing'),
          { properties: { policies: refuse(keys, `Does nothing here: the step ${reason}`) } },
        ],
      },
    },
  };
}

function besideWorkflow(): JsonObject {
  const { keys, reason, fix } = agentPolicies.workflow;
  const message = `Does nothing here: the step ${reason}; ${fix}`;
  return { dependencies: { workflow: { properties: { policies: refuse(keys, message) } } } };
}

function oneWorkflow(): JsonObject {
  return { properties: { workflow: exactlyOne(workflowChoice) } };
}

function withoutTimeout(key: "for" | "until"): JsonObject {
  const message = `Cannot stand beside "${key}": only waiting for a signal can take too long`;
  return { dependencies: { [key]: refuse(["timeout"], message) } };
}

function fallback(): JsonObject {
  return {
    // Else editors would take this for what to insert after the key.
    if: { properties: { onError: { const: "fallback", doNotSuggest: true } }, required: ["onError"] },
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    then: { required: ["fallbackStepId"] },
    else: refuse(["fallbackStepId"], 'The fallback never runs: "onError" is not "fallback"'),
  };
}

/** `errorMessage` is read by VS Code and by everything else that uses its JSON language server. */
function refuse(keys: readonly string[], message: string): JsonObject {
  return { properties: Object.fromEntries(keys.map((key) => [key, false])), errorMessage: message };
}
