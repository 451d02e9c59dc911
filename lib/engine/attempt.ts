import type { AgentContext } from "../agents/agent.ts";
import { BulkheadFullError, CircuitOpenError, RateLimitError, TimeoutError } from "../errors.ts";
import type { JsonValue } from "../json.ts";
import type { OperationEnd } from "../resilience/attempt.ts";
import { type Caller, callUnder } from "../resilience/call.ts";
import { type Cancellable, type CallContext, isOwn } from "../resilience/cancellation.ts";
import type { Context, Policy } from "../resilience/policy.ts";
import { toJson } from "../to-json.ts";
import { ChildResult } from "./child-result.ts";
import type { ExecutionEvent } from "./events.ts";
import type { AttemptRequest, Run, RunningAttempt } from "./host.ts";
import { revealSecrets } from "./reveal-secrets.ts";
import type { SecretMask, Secrets } from "./secret-mask.ts";
import type { AttemptOutcome } from "./settle-attempt.ts";

/** UTF-16 units of one step's output. Larger data belongs into a file or a store, with its address as the output. */
const maxOutputSize = 16 * 1_024 * 1_024;

/** Stands in for the signal of an attempt whose agent cannot see it: to make one costs more than the rest of an attempt. */
const unseen = new AbortController().signal;

/** What an attempt needs of where it runs. */
export interface AttemptSite {
  /** What stands around the call of the agent, but for retries. */
  policyFor(request: AttemptRequest): Policy;
  createContext(request: AttemptRequest, policyContext: Context, config: JsonValue | undefined): AgentContext;
  /** Calls the agent's code with the attempt as the current span. */
  execute(request: AttemptRequest, input: unknown, context: AgentContext, signal: AbortSignal): unknown;
  /** What the agents of the execution may read. */
  readonly secrets: Secrets;
  /** Hides secrets in what agents give back. */
  readonly mask: SecretMask;
  /** What the step's circuit breaker did since this was last asked. */
  takeCircuitEvents(request: AttemptRequest): readonly ExecutionEvent[];
}

/**
 * One call of an agent under its policies. The policies answer at once when time is up or the execution stops, though the
 * agent may go on: a timed-out agent's outcome is noted as late; a stopped one is waited for until it is abandoned, since
 * work that still finishes should not be lost.
 */
export class Attempt implements RunningAttempt, CallContext, Caller<JsonValue> {
  readonly lastError = undefined;
  readonly #site: AttemptSite;
  readonly #run: Run;
  readonly #request: AttemptRequest;
  /** Undefined until the policies let the agent be called. */
  #context: Context | undefined = undefined;
  /** What the agent is given, once it was checked. */
  #input: unknown = undefined;
  #config: JsonValue | undefined = undefined;
  /** What came of the agent itself, once it has settled. */
  #worked: AttemptOutcome | undefined = undefined;
  /** What to do with an outcome that comes after the policies have answered. */
  #afterwards: "settle" | "note-late" = "settle";
  #isAnswered = false;

  private constructor(site: AttemptSite, run: Run, request: AttemptRequest) {
    this.#site = site;
    this.#run = run;
    this.#request = request;
  }

  /** Calls `run.settle` once, later, unless the attempt is abandoned before. */
  static start(site: AttemptSite, run: Run, request: AttemptRequest): RunningAttempt {
    const attempt = new Attempt(site, run, request);
    attempt.#check();
    return attempt;
  }

  // The policies' view of it: the context of their call.

  get [isOwn](): true {
    return true;
  }

  get key(): string {
    return this.#request.key;
  }

  get attempt(): number {
    return this.#request.attempt;
  }

  get deadline(): number {
    return this.#request.deadline;
  }

  get signal(): AbortSignal {
    return this.#request.cancel.signal;
  }

  get isCancelled(): boolean {
    return this.#request.cancel.isCancelled;
  }

  get reason(): unknown {
    return this.#request.cancel.reason;
  }

  add(member: Cancellable): void {
    this.#request.cancel.add(member);
  }

  abandon(): void {
    this.#afterwards = "note-late";
  }

  #check(): void {
    const { prepared } = this.#request;
    const { checks } = prepared;
    const { input, config } = prepared.takesSecrets ? revealed(this.#request, this.#site.secrets) : this.#request;
    try {
      const checkedInput = checks.input === undefined ? input : checks.input(input);
      const checkedConfig = config === undefined ? config : (checks.config?.(config) ?? config);
      if (!(checkedInput instanceof Promise) && !(checkedConfig instanceof Promise)) {
        this.#call(checkedInput, checkedConfig);
      } else {
        this.#callLater(Promise.resolve(checkedInput), Promise.resolve(checkedConfig));
      }
    } catch (error) {
      this.reject(error);
    }
  }

  #callLater(input: Promise<unknown>, config: Promise<unknown>): void {
    Promise.all([input, config])
      .then((checked) => this.#call(...checked))
      .catch((error: unknown) => this.reject(error));
  }

  #call(input: unknown, config: unknown): void {
    const { prepared, attempt } = this.#request;
    if (attempt === 1) prepared.agent.validate?.(input);
    this.#input = input;
    this.#config = config === undefined ? undefined : jsonOf(config);
    callUnder(this.#site.policyFor(this.#request), this, this);
    for (const event of this.#site.takeCircuitEvents(this.#request)) this.#run.note(event);
  }

  // The policies' view of it: the caller.

  operate(context: Context, end: OperationEnd): void {
    this.#context = context;
    try {
      const { checks, takesSignal } = this.#request.prepared;
      const agentContext = this.#site.createContext(this.#request, context, this.#config);
      const signal = takesSignal ? context.signal : unseen;
      const output: unknown = this.#site.execute(this.#request, this.#input, agentContext, signal);
      const settled = Promise.resolve(output);
      (checks.output === undefined ? settled : settled.then(checks.output)).then(
        (value) => this.#finish(this.#outcomeOf(value), end),
        (error: unknown) => this.#finish({ ok: false, error }, end),
      );
    } catch (error) {
      this.#finish({ ok: false, error }, end);
    }
  }

  resolve(value: JsonValue): void {
    const worked = this.#worked;
    this.#answer(worked?.ok === true ? worked : { ok: true, value });
  }

  /** A call that is refused or cancelled says so at once, and its run must hear of that later. */
  reject(error: unknown): void {
    queueMicrotask(() => this.#answer({ ok: false, error }));
  }

  #outcomeOf(output: unknown): AttemptOutcome {
    const { agent } = this.#request.prepared;
    try {
      const value = this.#site.mask.json(jsonOf(output));
      return { ok: true, value, usage: output instanceof ChildResult ? output.usage : agent.usage?.(value) };
    } catch (error) {
      return { ok: false, error };
    }
  }

  /** The agent has settled, in time or not. */
  #finish(outcome: AttemptOutcome, end: OperationEnd): void {
    this.#worked = outcome;
    if (this.#isAnswered) this.#arriveLate(outcome);
    end.settle(outcome.ok, outcome.ok ? outcome.value : outcome.error);
  }

  /** The policies have settled, and the agent perhaps too. */
  #answer(answer: AttemptOutcome): void {
    const { unit } = this.#request;
    const worked = this.#worked;
    const hasStopped = this.#context === undefined || worked !== undefined;
    this.#isAnswered = true;
    if (this.isCancelled && !hasStopped) return;
    this.#afterwards = "note-late";
    // An agent that finishes its work when it is told to stop has finished its work.
    const outcome = worked?.ok === true && (answer.ok || this.isCancelled) ? worked : answer;
    this.#run.settle(unit, outcome, this.#notes(outcome));
  }

  #arriveLate(outcome: AttemptOutcome): void {
    const { unit, address, attempt } = this.#request;
    if (this.#afterwards === "settle") return this.#run.settle(unit, outcome, []);
    const how = outcome.ok ? "fulfilled" : "rejected";
    this.#run.note({ type: "attempt.late", ...address, attempt, outcome: how });
  }

  #notes(outcome: AttemptOutcome): readonly ExecutionEvent[] {
    const circuit = this.#site.takeCircuitEvents(this.#request);
    if (outcome.ok) return circuit;
    const { error } = outcome;
    const { address, attempt, key } = this.#request;
    // An agent may throw these errors too; the policies' own are known by the signal they aborted or the call they refused.
    if (error instanceof TimeoutError && this.#context?.signal.reason === error) {
      return [{ type: "timeout.fired", ...address, attempt, timeoutMs: error.timeout }, ...circuit];
    }
    const refusal = this.#context === undefined ? refusalEvent(error, address.stepId, key) : undefined;
    return refusal === undefined ? circuit : [...circuit, refusal];
  }
}

/** Which policy refused the call, when one did. */
function refusalEvent(error: unknown, stepId: string, key: string): ExecutionEvent | undefined {
  if (error instanceof BulkheadFullError) return { type: "bulkhead.rejected", stepId, key };
  if (error instanceof CircuitOpenError)
    return { type: "circuit.rejected", stepId, key, retryAfterMs: error.retryAfter };
  if (error instanceof RateLimitError)
    return { type: "rate_limit.rejected", stepId, key, retryAfterMs: error.retryAfter };
  return undefined;
}

/** The call with the secrets that its templates name. They are in no record, and in nothing else that lasts. */
function revealed({ prepared, input, config }: AttemptRequest, secrets: Secrets) {
  return {
    input: revealSecrets(prepared.input, input, secrets),
    config:
      config === undefined || prepared.config === undefined ? config : revealSecrets(prepared.config, config, secrets),
  };
}

function jsonOf(output: unknown): JsonValue {
  return toJson(output, maxOutputSize).value;
}
