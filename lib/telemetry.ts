import {
  context,
  isSpanContextValid,
  propagation,
  ProxyTracer,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type TextMapGetter,
  type Tracer,
} from "@opentelemetry/api";
import type { ErrorRecord, JournalEntry, UnitAddress } from "./engine/events.ts";
import { policySpan } from "./policy-span.ts";
import type { TracedExecution } from "./traced-execution.ts";
import { version } from "./version.ts";

/** A trace that an execution continues, as taken from a caller's headers. */
export interface RemoteTrace {
  readonly context: Context;
}

/** The trace named by W3C `traceparent` headers, through the propagator the application has set. */
export function remoteTrace(headers: Headers): RemoteTrace {
  return { context: propagation.extract(ROOT_CONTEXT, headers, headersGetter) };
}

const headersGetter: TextMapGetter<Headers> = {
  get: (headers, key) => headers.get(key) ?? undefined,
  keys: (headers) => [...headers.keys()],
};

/** The headers that continue the active trace in an outgoing request; none where the application has installed no tracing. */
export function traceHeaders(): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}

/**
 * The spans of one execution: `orchestr8.execution` over `orchestr8.step` over `orchestr8.attempt`, with `orchestr8.item`
 * between the two for a step with `forEach`, `orchestr8.compensation` for what undoes a step, `orchestr8.retry` under the
 * step and `orchestr8.timeout` and `orchestr8.circuit_breaker` under the attempt, one each
 * time the policy acted. Like everything a person sees, they are made from the recorded events.
 */
export class ExecutionTrace {
  readonly #tracer: Tracer;
  readonly #execution: TracedExecution;
  readonly #root: Span;
  readonly #rootContext: Context;
  readonly #units = new Map<string, UnitTrace>();

  private constructor(tracer: Tracer, execution: TracedExecution, root: Span, parent: Context) {
    this.#tracer = tracer;
    this.#execution = execution;
    this.#root = root;
    this.#rootContext = trace.setSpan(parent, root);
  }

  /** Undefined when the application has installed no tracing, so that tracing then costs next to nothing. */
  static start(execution: TracedExecution, remote?: RemoteTrace): ExecutionTrace | undefined {
    const tracer = trace.getTracer("orchestr8", version);
    const parent = remote?.context ?? context.active();
    if (tracer instanceof ProxyTracer && trace.getSpan(parent) === undefined) return undefined;
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

  /** Runs `work` as part of a unit's current attempt, so that spans made in it become children of the attempt. */
  within<T>(address: UnitAddress, work: () => T): T {
    return context.with(this.#contextOf(address), work);
  }

  /** Writes the trace of a unit's current attempt into the headers of an outgoing request. */
  inject(address: UnitAddress, headers: Headers): void {
    propagation.inject(this.#contextOf(address), headers, { set: (target, key, value) => target.set(key, value) });
  }

  /** For log lines. */
  ids(address?: UnitAddress): { readonly traceId: string; readonly spanId: string } {
    const span = address === undefined ? this.#root : (trace.getSpan(this.#contextOf(address)) ?? this.#root);
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
      case "execution.completed":
        return this.#end(at);
      case "execution.failed":
        return this.#end(at, event.error.name, event.error.message);
      case "execution.cancelled":
        return this.#end(at, "CancelledError", event.reason);
      case "execution.created":
      case "execution.started":
      case "execution.resumed":
      case "execution.failing":
      case "execution.cancelling":
      case "signal.received":
        return;
      default:
        return this.#recordUnit(event, at);
    }
  }

  #recordUnit(event: UnitEvent, at: number): void {
    const key = keyOf(event);
    let unit = this.#units.get(key);
    if (unit === undefined && starts.has(event.type)) {
      unit = this.#startUnit(event, at);
      this.#units.set(key, unit);
    }
    if (unit?.record(event, at) === "ended") this.#units.delete(key);
  }

  #startUnit({ type, stepId, ...rest }: UnitEvent, at: number): UnitTrace {
    const isUndo = isCompensation({ type, ...rest });
    const item = "item" in rest ? rest.item : undefined;
    const parent = item === undefined ? this.#rootContext : (this.#units.get(stepId)?.context ?? this.#rootContext);
    const name = isUndo ? "compensation" : item === undefined ? "step" : "item";
    return new UnitTrace(this.#tracer, `orchestr8.${name}`, parent, at, {
      "orchestr8.execution.id": this.#execution.executionId,
      "orchestr8.correlation_id": this.#execution.correlationId,
      "orchestr8.step.id": stepId,
      ...(item !== undefined && { "orchestr8.item": item }),
      "orchestr8.agent.id": this.#execution.agentOf(stepId),
    });
  }

  #contextOf(address: UnitAddress): Context {
    return this.#units.get(keyOf(address))?.context ?? this.#rootContext;
  }

  #end(at: number, errorType?: string, message?: string): void {
    for (const unit of this.#units.values()) unit.end(at);
    finish(this.#root, at, errorType === undefined ? undefined : { name: errorType, message: message ?? "" });
  }
}

type UnitEvent = Exclude<JournalEntry["event"], { readonly type: `execution.${string}` | "signal.received" }>;

/** With which events a unit may begin. An attempt may be the first that a process sees of a unit that it resumed. */
const starts: ReadonlySet<UnitEvent["type"]> = new Set([
  "step.started",
  "step.expanded",
  "item.started",
  "wait.started",
  "attempt.started",
  "compensation.started",
] as const);

function isCompensation(event: { readonly type?: string; readonly compensating?: true }): boolean {
  return event.compensating === true || event.type?.startsWith("compensation.") === true;
}

/** A step's own id, or that of one of its parts. */
function keyOf(event: UnitAddress & { readonly type?: string }): string {
  if (isCompensation(event)) return `${event.stepId}/undo`;
  return event.item === undefined ? event.stepId : `${event.stepId}[${event.item}]`;
}

class UnitTrace {
  readonly #tracer: Tracer;
  readonly #attributes: Attributes;
  readonly #span: Span;
  readonly #context: Context;
  #attempt: { readonly span: Span; readonly context: Context; readonly startedAt: number } | undefined;
  #retry: Span | undefined;

  constructor(tracer: Tracer, name: string, parent: Context, at: number, attributes: Attributes) {
    this.#tracer = tracer;
    this.#attributes = attributes;
    this.#span = tracer.startSpan(name, { startTime: at, attributes }, parent);
    this.#context = trace.setSpan(parent, this.#span);
  }

  get context(): Context {
    return this.#attempt?.context ?? this.#context;
  }

  record(event: UnitEvent, at: number): "ended" | undefined {
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
      case "bulkhead.rejected":
      case "rate_limit.rejected": {
        const { name, attributes } = policySpan(event);
        this.#child(name, this.context, at, attributes).end(at);
        return undefined;
      }
      case "attempt.interrupted":
        this.#endAttempt(at, { name: "StepInterruptedError", message: "its process ended" });
        return undefined;
      case "iteration.completed":
        this.#endAttempt(at);
        return undefined;
      case "step.completed":
      case "item.completed":
      case "compensation.completed":
        this.#endAttempt(at);
        return this.end(at);
      case "step.failed":
      case "item.failed":
      case "compensation.failed":
        return this.end(at, event.error);
      case "step.cancelled":
      case "item.cancelled":
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
      case "step.expanded":
      case "step.skipped":
      case "item.started":
      case "wait.started":
      case "compensation.started":
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
