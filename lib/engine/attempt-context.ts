import type { AgentContext } from "../agents/agent.ts";
import type { Clock } from "../clock.ts";
import type { JsonValue } from "../json.ts";
import type { Logger, LogLevel, LogSink } from "../log.ts";
import type { Context } from "../resilience/policy.ts";
import type { SecretMask, Secrets } from "./secret-mask.ts";
import type { ExecutionTrace } from "../telemetry.ts";
import type { AttemptRequest } from "./host.ts";
import { idempotencyKey, ofIteration } from "./idempotency-key.ts";

/** What the contexts of one execution's attempts have in common. */
export interface ContextSource {
  readonly executionId: string;
  readonly clock: Clock;
  readonly log: LogSink | undefined;
  readonly trace: ExecutionTrace | undefined;
  readonly secrets: Secrets;
  readonly mask: SecretMask;
  /** What the called agent was set up to. */
  resourceOf(request: AttemptRequest): unknown;
  publishProgress(stepId: string, progress: JsonValue): void;
}

/** What an agent is told. Everything that costs something is made when it is asked for. */
export class AttemptContext implements AgentContext {
  readonly config: JsonValue | undefined;
  readonly #source: ContextSource;
  readonly #request: AttemptRequest;
  readonly #policyContext: Context;

  constructor(source: ContextSource, request: AttemptRequest, policyContext: Context, config: JsonValue | undefined) {
    this.#source = source;
    this.#request = request;
    this.#policyContext = policyContext;
    this.config = config;
  }

  get executionId(): string {
    return this.#source.executionId;
  }

  get stepId(): string {
    return this.#request.address.stepId;
  }

  get item(): number | undefined {
    return this.#request.address.item;
  }

  get attempt(): number {
    return this.#request.attempt;
  }

  get idempotencyKey(): string {
    const { idempotencyKey: own, iteration } = this.#request;
    return own === undefined ? idempotencyKey(this.executionId, this.#request) : ofIteration(own, iteration);
  }

  get correlationId(): string {
    return this.#request.correlationId;
  }

  get deadline(): number {
    const { clock } = this.#source;
    return clock.wall() + (this.#policyContext.deadline - clock.now());
  }

  get resource(): unknown {
    return this.#source.resourceOf(this.#request);
  }

  get secrets(): Secrets {
    return this.#source.secrets;
  }

  get logger(): Logger {
    const write =
      (level: LogLevel) =>
      (message: string, data?: JsonValue): void =>
        this.#log(level, message, data);
    return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
  }

  get fetch(): typeof globalThis.fetch {
    const send = (input: string | URL | Request, init?: RequestInit): Promise<Response> => this.#fetch(input, init);
    // Bun's type of fetch has a `preconnect` that Node's has not; agents get the part both share.
    return Object.assign(send, { preconnect: () => undefined });
  }

  /** A function of its own, like `fetch` and the logger's: agents take their context apart. */
  get progress(): (value: JsonValue) => void {
    return (value) => this.#source.publishProgress(this.stepId, this.#source.mask.json(value));
  }

  #log(level: LogLevel, message: string, data: JsonValue | undefined): void {
    const { log, clock, trace, mask } = this.#source;
    const { correlationId, executionId, stepId, attempt } = this;
    log?.({
      level,
      time: new Date(clock.wall()).toISOString(),
      message: mask.text(message),
      correlationId,
      executionId,
      stepId,
      attempt,
      ...trace?.ids(this.#request.address),
      ...(data !== undefined && { data: mask.json(data) }),
    });
  }

  /** Looked up late, so that interceptors installed after the engine was made are honoured. */
  #fetch(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
    const request = input instanceof Request ? new Request(input, init) : new Request(String(input), init);
    const headers = new Headers(request.headers);
    if (!headers.has("idempotency-key")) headers.set("idempotency-key", this.idempotencyKey);
    this.#source.trace?.inject(this.#request.address, headers);
    const own = this.#policyContext.signal;
    const signal = init.signal == null ? own : AbortSignal.any([own, init.signal]);
    return globalThis.fetch(request, { headers, signal });
  }
}
