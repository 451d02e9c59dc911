import type { Scope } from "../expression/evaluate.ts";
import { renderTemplate } from "../expression/render-template.ts";
import { scalarText } from "../expression/scalar-text.ts";
import type { JsonValue } from "../json.ts";
import { circuitKey } from "../resilience/circuit-key.ts";
import type { PreparedCall } from "./prepare.ts";

/** What a call takes from the execution's data when it starts. The same for all its attempts. */
export interface ResolvedCall {
  readonly input: JsonValue;
  readonly config: JsonValue | undefined;
  /** Of the circuit that guards it: the agent, and what it calls if the step's policy says. */
  readonly key: string;
}

/** @throws {ExpressionError} when a value is missing or has the wrong type. */
export function resolveCall({ planned, agent, circuit, input, config }: PreparedCall, scope: Scope): ResolvedCall {
  const { target } = planned.policies.circuitBreaker;
  return {
    input: renderTemplate(input, scope),
    config: config === undefined ? undefined : renderTemplate(config, scope),
    key:
      target === undefined
        ? circuit
        : circuitKey({ agentId: agent.id, target: scalarText(renderTemplate(target, scope)) }),
  };
}
