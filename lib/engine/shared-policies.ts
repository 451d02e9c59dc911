import type { Clock } from "../clock.ts";
import { bulkhead } from "../resilience/bulkhead.ts";
import { circuitBreakers } from "../resilience/circuit-breakers.ts";
import type { CircuitBreakerEvent } from "../resilience/circuit-options.ts";
import { consecutive } from "../resilience/window.ts";
import { compose } from "../resilience/compose.ts";
import type { Policy } from "../resilience/policy.ts";
import { rateLimiter } from "../resilience/rate-limiter.ts";
import { timeout } from "../resilience/timeout.ts";
import type { RateLimitPolicy } from "../workflow.ts";
import type { ExecutionEvent } from "./events.ts";
import type { PreparedCall } from "./prepare.ts";
import type { AttemptPolicies } from "./resolve-policies.ts";

/**
 * The policies that steps share. Steps with the same settings and the same key share one circuit, one rate and one
 * bulkhead, whatever execution they belong to; other settings make others, so no workflow can change one under another.
 */
export class SharedPolicies {
  readonly #clock: Clock;
  readonly #bySettings = new Map<string, Policy>();
  readonly #byPolicies = new WeakMap<AttemptPolicies, Map<string, Policy>>();
  readonly #changes = new Map<string, CircuitBreakerEvent[]>();
  #last: { readonly policies: AttemptPolicies; readonly agentId: string; readonly policy: Policy } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * `circuitBreaker(rateLimiter(timeout(bulkhead(attempt))))` for an agent's settings; the call's `key` picks circuit and
   * rate. A child execution has but a time limit: what it calls is guarded on its own.
   * The bulkhead is innermost, so that a place is held until the agent itself has settled.
   */
  policyFor({ planned, agent, isChild }: PreparedCall): Policy {
    const { policies } = planned;
    const last = this.#last;
    // Steps mostly have the policies of the one before.
    if (last !== undefined && last.policies === policies && last.agentId === agent.id) return last.policy;
    const policy = this.#find(policies, agent.id, isChild);
    this.#last = { policies, agentId: agent.id, policy };
    return policy;
  }

  #find(policies: AttemptPolicies, agentId: string, isChild: boolean): Policy {
    const byAgent = this.#byPolicies.get(policies);
    const known = byAgent?.get(agentId);
    if (known !== undefined) return known;
    const policy = isChild ? this.#timeoutFor(policies.timeoutMs) : this.#stackFor(policies, agentId);
    if (byAgent === undefined) this.#byPolicies.set(policies, new Map([[agentId, policy]]));
    else byAgent.set(agentId, policy);
    return policy;
  }

  /** What changed at a circuit since this was last asked, as events of the step that asks. */
  takeChanges(key: string, stepId: string): readonly ExecutionEvent[] {
    const changes = this.#changes.get(key);
    if (changes === undefined) return none;
    this.#changes.delete(key);
    return changes.flatMap((change) => circuitEvent(change, key, stepId) ?? []);
  }

  #stackFor({ circuitBreaker, rateLimit, timeoutMs, bulkhead: room }: AttemptPolicies, agentId: string): Policy {
    return compose(
      this.#circuitFor(circuitBreaker),
      ...(rateLimit === undefined ? [] : [this.#rateFor(rateLimit)]),
      this.#timeoutFor(timeoutMs),
      ...(room === undefined ? [] : [this.#bulkheadFor(room, agentId)]),
    );
  }

  #circuitFor({ failureThreshold, resetTimeoutMs, halfOpenProbes }: AttemptPolicies["circuitBreaker"]): Policy {
    return this.#shared(`circuit/${failureThreshold}/${resetTimeoutMs}/${halfOpenProbes}`, () =>
      circuitBreakers({
        window: consecutive(failureThreshold),
        openDuration: resetTimeoutMs,
        halfOpenProbes,
        clock: this.#clock,
        on: (event) => this.#remember(event),
        records: false,
      }),
    );
  }

  #timeoutFor(timeoutMs: number): Policy {
    return this.#shared(`timeout/${timeoutMs}`, () => timeout(timeoutMs, { clock: this.#clock }));
  }

  #rateFor({ limit, perMs }: RateLimitPolicy): Policy {
    return this.#shared(`rate/${limit}/${perMs}`, () => rateLimiter({ limit, per: perMs, clock: this.#clock }));
  }

  #bulkheadFor({ maxConcurrent, maxQueue }: NonNullable<AttemptPolicies["bulkhead"]>, agentId: string): Policy {
    const settings = `bulkhead/${maxConcurrent}/${maxQueue}/${agentId}`;
    return this.#shared(settings, () => bulkhead({ maxConcurrent, maxQueue, clock: this.#clock }));
  }

  #shared(settings: string, create: () => Policy): Policy {
    const policy = this.#bySettings.get(settings) ?? create();
    // A Map keeps its order: what is asked for moves to the end, and the first is what nobody asked for longest.
    this.#bySettings.delete(settings);
    this.#bySettings.set(settings, policy);
    const [oldest] = this.#bySettings.keys();
    if (this.#bySettings.size > maxSettings && oldest !== undefined) this.#bySettings.delete(oldest);
    return policy;
  }

  #remember(event: CircuitBreakerEvent): void {
    if (event.type !== "stateChange" || event.key === undefined) return;
    const changes = this.#changes.get(event.key);
    if (changes === undefined) this.#changes.set(event.key, [event]);
    else changes.push(event);
  }
}

/**
 * Settings come from workflows, and those from anybody who may post one. Beyond this many the ones unused for longest are
 * forgotten, with what their circuits know.
 */
const maxSettings = 1_000;

const none: readonly ExecutionEvent[] = [];

function circuitEvent(change: CircuitBreakerEvent, key: string, stepId: string): ExecutionEvent | undefined {
  if (change.type !== "stateChange") return undefined;
  switch (change.to) {
    case "open":
      return { type: "circuit.opened", stepId, key, retryAfterMs: change.retryAfter };
    case "half-open":
      return { type: "circuit.half_opened", stepId, key };
    case "closed":
      return { type: "circuit.closed", stepId, key };
    case "isolated":
    case "disabled":
      return undefined;
  }
}
