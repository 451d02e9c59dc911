import {
  context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type Tracer,
} from "@opentelemetry/api";
import type { ErrorRecord, JournalEntry } from "./engine/events.ts";
import { version } from "./version.ts";

/** A trace that an execution continues, as taken from a caller's headers. */
export interface RemoteTrace {
  readonly context: Context;
}

/** The trace named by W3C `traceparent` headers, through the propagator the application has set. */
export function remoteTrace(headers: Headers): RemoteTrace {
  return {
    context: propagation.extract(ROOT_CONTEXT, headers, {
      get: (h, key) => h.get(key) ?? undefined,
      keys: (h) => [...h.keys()],
    }),
  };
}

export interface TracedExecution {
  readonly executionId: string;
  readonly workflowId: string;
  readonly workflowVersion: string;
  readonly correlationId: string;
  /** Milliseconds since the epoch; spans get their times from this and the entries' `elapsedMs`. */
  readonly createdAt: number;
  agentOf(stepId: string): string;
}

/**
 * The spans of one execution: `orchestr8.execution` over `orchestr8.step` over `orchestr8.attempt`, with
 * `orchestr8.retry` under the step and `orchestr8.timeout` and `orchestr8.circuit_breaker` under the attempt, one each
 * time the policy acted. Like everything a person sees, they are made from the recorded events.
 */
export class ExecutionTrace {
  readonly #tracer: Tracer;
  readonly #execution: TracedExecution;
  readonly #root: Span;
  readonly #rootContext: Context;
  readonly #steps = new Map<string, StepTrace>();

  private constructor(tracer: Tracer, execution: TracedExecution, root: Span, parent: Context) {
    this.#tracer = tracer;
    this.#execution = execution;
    this.#root = root;
    this.#rootContext = trace.setSpan(parent, root);
  }

  /** Undefined when the application has installed no tracing, so that tracing then costs one call per execution. */
  static start(execution: TracedExecution, remote?: RemoteTrace): ExecutionTrace | undefined {
    const tracer = trace.getTracer("orchestr8", version);
    const parent = remote?.context ?? context.active();
    const { executionId, workflowId, workflowVersion, correlationId, createdAt } = execution;
    const attributes = {
      "orchestr8.execution.id": executionId,
      "orchestr8.workflow.id": workflowId,
      "orchestr8.workflow.version": workflowVersion,
      "orchestr8.correlation_id": correlationId,
    };
    const root = tracer.startSpan("orchestr8.execution", { startTime: createdAt, attributes }, parent);
    return isSpanContextValid(root.spanContext()) ? new ExecutionTrace(tracer, execution, root, parent) : undefined;
  }

  /** Runs `work` as part of a step's current attempt, so that spans made in it become children of the attempt. */
  within<T>(stepId: string, work: () => T): T {
    return context.with(this.#contextOf(stepId), work);
  }

  /** Writes the trace of a step's current attempt into the headers of an outgoing request. */
  inject(stepId: string, headers: Headers): void {
    propagation.inject(this.#contextOf(stepId), headers, { set: (target, key, value) => target.set(key, value) });
  }

  /** For log lines. */
  ids(stepId?: string): { readonly traceId: string; readonly spanId: string } {
    const span = stepId === undefined ? this.#root : (trace.getSpan(this.#contextOf(stepId)) ?? this.#root);
    const { traceId, spanId } = span.spanContext();
    return { traceId, spanId };
  }

  /** The execution could not be recorded, so it has no events to end its spans. */
  abort(error: unknown): void {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    this.#end(this.#execution.createdAt, name, message);
  }

  record({ event, elapsedMs }: JournalEntry): void {
    const at = this.#execution.createdAt + elapsedMs;
    switch (event.type) {
      case "step.started":
        this.#steps.set(event.stepId, this.#startStep(event.stepId, at));
        return;
      case "execution.completed":
        return this.#end(at);
      case "execution.failed":
        return this.#end(at, event.error.name, event.error.message);
      case "execution.cancelled":
        return this.#end(at, "CancelledError", event.reason);
      case "execution.created":
      case "execution.started":
      case "execution.failing":
      case "execution.cancelling":
        return;
      default:
        if (this.#steps.get(event.stepId)?.record(event, at) === "ended") this.#steps.delete(event.stepId);
    }
  }

  #startStep(stepId: string, at: number): StepTrace {
    return new StepTrace(this.#tracer, this.#rootContext, at, {
      "orchestr8.execution.id": this.#execution.executionId,
      "orchestr8.correlation_id": this.#execution.correlationId,
      "orchestr8.step.id": stepId,
      "orchestr8.agent.id": this.#execution.agentOf(stepId),
    });
  }

  #contextOf(stepId: string): Context {
    return this.#steps.get(stepId)?.context ?? this.#rootContext;
  }

  #end(at: number, errorType?: string, message?: string): void {
    for (const step of this.#steps.values()) step.end(at);
    finish(this.#root, at, errorType === undefined ? undefined : { name: errorType, message: message ?? "" });
  }
}

type StepEvent = Exclude<JournalEntry["event"], { readonly type: `execution.${string}` }>;

class StepTrace {
  readonly #tracer: Tracer;
  readonly #attributes: Attributes;
  readonly #span: Span;
  readonly #context: Context;
  #attempt: { readonly span: Span; readonly context: Context; readonly startedAt: number } | undefined;
  #retry: Span | undefined;

  constructor(tracer: Tracer, parent: Context, at: number, attributes: Attributes) {
    this.#tracer = tracer;
    this.#attributes = attributes;
    this.#span = tracer.startSpan("orchestr8.step", { startTime: at, attributes }, parent);
    this.#context = trace.setSpan(parent, this.#span);
  }

  get context(): Context {
    return this.#attempt?.context ?? this.#context;
  }

  record(event: StepEvent, at: number): "ended" | undefined {
    switch (event.type) {
      case "attempt.started":
        this.#startAttempt(event.attempt, at);
        return undefined;
      case "attempt.failed":
        this.#endAttempt(at, event.error);
        return undefined;
      case "retry.scheduled":
        this.#retry = this.#child("retry", this.#context, at, {
          "orchestr8.attempt": event.attempt,
          "orchestr8.retry.delay_ms": event.delayMs,
        });
        return undefined;
      case "timeout.fired":
        this.#child("timeout", this.context, this.#attempt?.startedAt ?? at, {
          "orchestr8.timeout_ms": event.timeoutMs,
        }).end(at);
        return undefined;
      case "circuit.opened":
      case "circuit.half_opened":
      case "circuit.closed":
      case "circuit.rejected":
        this.#child("circuit_breaker", this.context, at, {
          "orchestr8.circuit.key": event.key,
          "orchestr8.circuit.event": event.type.slice("circuit.".length),
        }).end(at);
        return undefined;
      case "bulkhead.rejected":
        this.#child("bulkhead", this.context, at, { "orchestr8.circuit.key": event.key }).end(at);
        return undefined;
      case "rate_limit.rejected":
        this.#child("rate_limit", this.context, at, {
          "orchestr8.circuit.key": event.key,
          "orchestr8.retry_after_ms": event.retryAfterMs,
        }).end(at);
        return undefined;
      case "step.completed":
        this.#endAttempt(at);
        return this.end(at);
      case "step.failed":
        return this.end(at, event.error);
      case "step.cancelled":
        return this.end(at, {
          name: "CancelledError",
          message: event.forced ? "gave up waiting for it to stop" : "cancelled",
        });
      case "step.falling_back":
        this.#span.addEvent("fallback", { "orchestr8.fallback.step.id": event.fallbackStepId }, at);
        return undefined;
      case "step.recovered":
        return this.end(at);
      case "step.ready":
      case "step.started":
      case "step.skipped":
      case "attempt.late":
        return undefined;
    }
  }

  end(at: number, error?: Pick<ErrorRecord, "name" | "message">): "ended" {
    this.#endAttempt(at, error);
    this.#retry?.end(at);
    this.#retry = undefined;
    finish(this.#span, at, error);
    return "ended";
  }

  #startAttempt(attempt: number, at: number): void {
    this.#retry?.end(at);
    this.#retry = undefined;
    const span = this.#child("attempt", this.#context, at, { "orchestr8.attempt": attempt });
    this.#attempt = { span, context: trace.setSpan(this.#context, span), startedAt: at };
  }

  #endAttempt(at: number, error?: Pick<ErrorRecord, "name" | "message">): void {
    if (this.#attempt !== undefined) finish(this.#attempt.span, at, error);
    this.#attempt = undefined;
  }

  #child(name: string, parent: Context, at: number, attributes: Attributes): Span {
    return this.#tracer.startSpan(
      `orchestr8.${name}`,
      { startTime: at, attributes: { ...this.#attributes, ...attributes } },
      parent,
    );
  }
}

function finish(span: Span, at: number, error?: Pick<ErrorRecord, "name" | "message">): void {
  if (!span.isRecording()) return;
  if (error !== undefined) {
    span.setAttribute("error.type", error.name);
    span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
  }
  span.end(at);
}
