import type { AgentContext } from "../agents/agent.ts";
import type { Clock } from "../clock.ts";
import type { JsonValue } from "../json.ts";
import type { LogSink } from "../log.ts";
import type { Context, Policy } from "../resilience/policy.ts";
import type { ExecutionTrace } from "../telemetry.ts";
import type { AttemptSite } from "./attempt.ts";
import { AttemptContext } from "./attempt-context.ts";
import type { EngineAgents } from "./engine-agents.ts";
import type { SecretMask, Secrets } from "./secret-mask.ts";
import type { SharedPolicies } from "./shared-policies.ts";
import type { BoundedEventBus } from "./event-bus.ts";
import type { ExecutionEvent } from "./events.ts";
import type { AttemptRequest } from "./host.ts";

/** Where the attempts of one execution run in this process. */
export class LocalSite implements AttemptSite {
  readonly executionId: string;
  readonly trace: ExecutionTrace | undefined;
  readonly clock: Clock;
  readonly log: LogSink | undefined;
  readonly secrets: Secrets;
  readonly mask: SecretMask;
  readonly #agents: EngineAgents;
  readonly #policies: SharedPolicies;
  readonly #bus: BoundedEventBus;

  constructor(
    run: {
      readonly executionId: string;
      readonly trace: ExecutionTrace | undefined;
    },
    secrets: Secrets,
    shared: {
      readonly agents: EngineAgents;
      readonly clock: Clock;
      readonly log: LogSink | undefined;
      readonly mask: SecretMask;
      readonly policies: SharedPolicies;
      readonly bus: BoundedEventBus;
    },
  ) {
    this.executionId = run.executionId;
    this.trace = run.trace;
    this.clock = shared.clock;
    this.log = shared.log;
    this.secrets = secrets;
    this.mask = shared.mask;
    this.#agents = shared.agents;
    this.#policies = shared.policies;
    this.#bus = shared.bus;
  }

  policyFor({ prepared }: AttemptRequest): Policy {
    return this.#policies.policyFor(prepared);
  }

  createContext(request: AttemptRequest, policyContext: Context, config: JsonValue | undefined): AgentContext {
    return new AttemptContext(this, request, policyContext, config);
  }

  execute(request: AttemptRequest, input: unknown, context: AgentContext, signal: AbortSignal): unknown {
    const opening = this.#agents.open(request.prepared.agent);
    return opening === undefined
      ? this.#call(request, input, context, signal)
      : this.#callOnce(opening, request, input, context, signal);
  }

  /** On its own, as the next one, since what a function gives to a later one takes memory from its first line on. */
  #callOnce(
    opening: Promise<void>,
    request: AttemptRequest,
    input: unknown,
    context: AgentContext,
    signal: AbortSignal,
  ): Promise<unknown> {
    return opening.then(() => {
      signal.throwIfAborted();
      return this.#call(request, input, context, signal);
    });
  }

  resourceOf({ prepared }: AttemptRequest): unknown {
    return this.#agents.resourceOf(prepared.agent);
  }

  #call(request: AttemptRequest, input: unknown, context: AgentContext, signal: AbortSignal): unknown {
    return this.trace === undefined
      ? request.prepared.agent.execute(input, context, signal)
      : this.#callWithin(this.trace, request, input, context, signal);
  }

  #callWithin(
    trace: ExecutionTrace,
    { address, prepared }: AttemptRequest,
    input: unknown,
    context: AgentContext,
    signal: AbortSignal,
  ): unknown {
    return trace.within(address, () => prepared.agent.execute(input, context, signal));
  }

  takeCircuitEvents({ prepared, key }: AttemptRequest): readonly ExecutionEvent[] {
    return this.#policies.takeChanges(key, prepared.planned.id);
  }

  publishProgress(stepId: string, progress: JsonValue): void {
    this.#bus.publish({ executionId: this.executionId, stepId, progress });
  }
}
