import type { AgentContext } from "../agents/agent.ts";
import type { Clock } from "../clock.ts";
import type { JsonValue } from "../json.ts";
import type { Logger, LogLevel, LogSink } from "../log.ts";
import type { Context } from "../resilience/policy.ts";
import type { ExecutionTrace } from "../telemetry.ts";
import type { AttemptRequest } from "./host.ts";

export interface AttemptContextParts {
  readonly executionId: string;
  readonly request: AttemptRequest;
  readonly config: JsonValue | undefined;
  readonly policyContext: Context;
  readonly clock: Clock;
  readonly log: LogSink | undefined;
  readonly trace: ExecutionTrace | undefined;
  readonly onProgress: (value: JsonValue) => void;
}

/** What an agent is told. Everything that costs something is made when it is asked for. */
export class AttemptContext implements AgentContext {
  readonly #parts: AttemptContextParts;

  constructor(parts: AttemptContextParts) {
    this.#parts = parts;
  }

  get executionId(): string {
    return this.#parts.executionId;
  }

  get stepId(): string {
    return this.#parts.request.prepared.planned.id;
  }

  get attempt(): number {
    return this.#parts.request.attempt;
  }

  get idempotencyKey(): string {
    return `${this.executionId}:${this.stepId}`;
  }

  get correlationId(): string {
    return this.#parts.request.correlationId;
  }

  get deadline(): number {
    const { clock, policyContext, request } = this.#parts;
    const now = clock.now();
    const left = Math.min(request.prepared.planned.policies.timeoutMs, policyContext.deadline - now);
    return clock.wall() + left;
  }

  get config(): JsonValue | undefined {
    return this.#parts.config;
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

  progress(value: JsonValue): void {
    this.#parts.onProgress(value);
  }

  #log(level: LogLevel, message: string, data: JsonValue | undefined): void {
    const { log, clock, trace } = this.#parts;
    const { correlationId, executionId, stepId, attempt } = this;
    log?.({
      level,
      time: new Date(clock.wall()).toISOString(),
      message,
      correlationId,
      executionId,
      stepId,
      attempt,
      ...trace?.ids(stepId),
      ...(data !== undefined && { data }),
    });
  }

  /** Looked up late, so that interceptors installed after the engine was made are honoured. */
  #fetch(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
    const request = input instanceof Request ? new Request(input, init) : new Request(String(input), init);
    const headers = new Headers(request.headers);
    if (!headers.has("idempotency-key")) headers.set("idempotency-key", this.idempotencyKey);
    this.#parts.trace?.inject(this.stepId, headers);
    const own = this.#parts.policyContext.signal;
    const signal = init.signal == null ? own : AbortSignal.any([own, init.signal]);
    return globalThis.fetch(request, { headers, signal });
  }
}
