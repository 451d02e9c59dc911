import type { ExecutionEvent } from "./engine/events.ts";

type PolicyEvent = Extract<
  ExecutionEvent,
  { readonly type: `circuit.${string}` | "bulkhead.rejected" | "rate_limit.rejected" }
>;

/** How what a policy did shows in a trace. */
export function policySpan(event: PolicyEvent): {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number>>;
} {
  const attributes = { "orchestr8.circuit.key": event.key };
  switch (event.type) {
    case "bulkhead.rejected":
      return { name: "bulkhead", attributes };
    case "rate_limit.rejected":
      return { name: "rate_limit", attributes: { ...attributes, "orchestr8.retry_after_ms": event.retryAfterMs } };
    default: {
      const change = event.type.slice("circuit.".length);
      return { name: "circuit_breaker", attributes: { ...attributes, "orchestr8.circuit.event": change } };
    }
  }
}
