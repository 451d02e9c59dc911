import { ExpressionError } from "../errors.ts";
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
  /** In place of the usual one. */
  readonly idempotencyKey: string | undefined;
  /** Of the circuit that guards it: the agent, and what it calls if the step's policy says. */
  readonly key: string;
}

/** @throws {ExpressionError} when a value is missing or has the wrong type. */
export function resolveCall(call: PreparedCall, scope: Scope): ResolvedCall {
  const { planned, input, config, idempotencyKey } = call;
  const given = renderTemplate(input, scope);
  return {
    input: given,
    config: config === undefined ? undefined : renderTemplate(config, scope),
    idempotencyKey: idempotencyKey === undefined ? undefined : keyOf(planned.id, renderTemplate(idempotencyKey, scope)),
    key: keyOfCircuit(call, given, scope),
  };
}

/** The step's policy says what its circuit is about, or else the agent does. */
function keyOfCircuit({ planned, agent, circuit }: PreparedCall, input: JsonValue, scope: Scope): string {
  const { target: template } = planned.policies.circuitBreaker;
  const target = template === undefined ? agent.target?.(input) : scalarText(renderTemplate(template, scope));
  return target === undefined ? circuit : circuitKey({ agentId: agent.id, target });
}

/** It becomes a header of requests. */
function keyOf(stepId: string, value: JsonValue): string {
  const key = scalarText(value);
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new ExpressionError(
    "EXPR_TYPE_MISMATCH",
    `Cannot call the agent of step "${stepId}": its idempotency key must be 1 to 255 visible ASCII characters`,
  );
}
