import type { AgentContext } from "../agents/agent.ts";
import { CircuitOpenError, TimeoutError } from "../errors.ts";
import type { JsonValue } from "../json.ts";
import type { CallOptions, Context, Policy } from "../resilience/policy.ts";
import { toJson } from "../to-json.ts";
import type { ExecutionEvent } from "./events.ts";
import type { AttemptRequest, RunningAttempt } from "./host.ts";
import type { AttemptOutcome } from "./settle-attempt.ts";

/** UTF-16 units of one step's output. Larger data belongs into a file or a store, with its address as the output. */
const maxOutputSize = 16 * 1_024 * 1_024;

export interface AttemptSurroundings {
  readonly request: AttemptRequest;
  /** The step's circuit breaker and timeout. */
  readonly policy: Policy;
  readonly call: CallOptions;
  createContext(context: Context, config: JsonValue | undefined): AgentContext;
  /** Runs the agent's code with the attempt as the current span. */
  within<T>(work: () => T): T;
  /** What the circuit breaker did since this was last asked. */
  takeCircuitEvents(): readonly ExecutionEvent[];
  settle(outcome: AttemptOutcome, notes: readonly ExecutionEvent[]): void;
  note(event: ExecutionEvent): void;
}

/**
 * One call of an agent under its policies. The policies answer at once when time is up or the execution stops, though the
 * agent may go on: a timed-out agent's outcome is noted as late; a stopped one is waited for until it is abandoned, since
 * work that still finishes should not be lost.
 */
export class Attempt implements RunningAttempt {
  readonly #in: AttemptSurroundings;
  /** Undefined until the policies let the agent be called. */
  #context: Context | undefined;
  /** What came of the agent itself, once it has settled. */
  #worked: AttemptOutcome | undefined;
  /** What to do with an outcome that comes after the policies have answered. */
  #afterwards: "settle" | "note-late" = "settle";
  #isAnswered = false;

  constructor(surroundings: AttemptSurroundings) {
    this.#in = surroundings;
    void this.#run();
  }

  abandon(): void {
    this.#afterwards = "note-late";
  }

  async #run(): Promise<void> {
    const { request, settle } = this.#in;
    const answer = await this.#answer();
    if (request.signal.aborted && this.#worked?.ok === true) return settle(this.#worked, this.#notes(this.#worked));
    this.#isAnswered = true;
    const isWorking = this.#context !== undefined && this.#worked === undefined;
    if (isWorking && request.signal.aborted) return;
    this.#afterwards = "note-late";
    settle(answer, this.#notes(answer));
  }

  async #answer(): Promise<AttemptOutcome> {
    const { request, policy, call } = this.#in;
    try {
      const { checks } = request.prepared;
      const input = checks.input === undefined ? request.input : await checks.input(request.input);
      const config = request.config === undefined ? undefined : await configOf(request);
      if (request.attempt === 1) request.prepared.agent.validate?.(input);
      const answer = policy((context) => this.#work(input, config, context))(call);
      for (const event of this.#in.takeCircuitEvents()) this.#in.note(event);
      return { ok: true, value: await answer };
    } catch (error) {
      return { ok: false, error };
    }
  }

  async #work(input: unknown, config: JsonValue | undefined, context: Context): Promise<JsonValue> {
    this.#context = context;
    const outcome = await this.#callAgent(input, config, context);
    this.#worked = outcome;
    if (this.#isAnswered) this.#arriveLate(outcome);
    if (outcome.ok) return outcome.value;
    throw outcome.error;
  }

  async #callAgent(input: unknown, config: JsonValue | undefined, context: Context): Promise<AttemptOutcome> {
    const { agent, checks } = this.#in.request.prepared;
    try {
      const agentContext = this.#in.createContext(context, config);
      const output: unknown = await this.#in.within(
        () => agent.execute(input, agentContext, context.signal) as unknown,
      );
      const checked = checks.output === undefined ? output : await checks.output(output);
      return { ok: true, value: toJson(checked, maxOutputSize).value };
    } catch (error) {
      return { ok: false, error };
    }
  }

  #arriveLate(outcome: AttemptOutcome): void {
    if (this.#afterwards === "settle") return this.#in.settle(outcome, []);
    const { prepared, attempt } = this.#in.request;
    const how = outcome.ok ? "fulfilled" : "rejected";
    this.#in.note({ type: "attempt.late", stepId: prepared.planned.id, attempt, outcome: how });
  }

  #notes(outcome: AttemptOutcome): readonly ExecutionEvent[] {
    const circuit = this.#in.takeCircuitEvents();
    if (outcome.ok) return circuit;
    const { error } = outcome;
    const { prepared, attempt } = this.#in.request;
    const stepId = prepared.planned.id;
    // An agent may throw these errors too; the policies' own are known by the signal they aborted or the call they refused.
    if (error instanceof TimeoutError && this.#context?.signal.reason === error) {
      return [{ type: "timeout.fired", stepId, attempt, timeoutMs: error.timeout }, ...circuit];
    }
    if (error instanceof CircuitOpenError && this.#context === undefined) {
      const key = error.key ?? prepared.agent.id;
      return [...circuit, { type: "circuit.rejected", stepId, key, retryAfterMs: error.retryAfter }];
    }
    return circuit;
  }
}

/** The config with its schema's defaults and transformations. */
async function configOf({ prepared, config }: AttemptRequest): Promise<JsonValue | undefined> {
  const { config: check } = prepared.checks;
  return check === undefined ? config : toJson(await check(config), maxOutputSize).value;
}
