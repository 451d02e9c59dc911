import type { Engine } from "../../lib/engine/engine.ts";
import type { EventType, ExecutionEvent } from "../../lib/engine/events.ts";
import { version } from "../../lib/version.ts";
import { DurationHistogram } from "./histogram.ts";
import type { Metric, Sample } from "./prometheus-text.ts";

/** Entries that may wait to be counted while the process does something else. Beyond them counts are too low. */
const capacity = 100_000;

/**
 * What the executions of an engine come to, counted from their events. Nothing is named by what callers choose, such as the
 * ids of workflows, so that there are never more numbers than these.
 */
export class ExecutionMetrics {
  readonly #engine: Engine;
  readonly #openStreams: () => number;
  readonly #counts = new Map<EventType, number>();
  readonly #executionDurations = new DurationHistogram();
  readonly #stepDurations = new DurationHistogram();
  readonly #openCircuits = new Set<string>();

  /** Counts from now on, as long as the engine lives. */
  constructor(engine: Engine, openStreams: () => number) {
    this.#engine = engine;
    this.#openStreams = openStreams;
    engine.events.subscribe(
      (entry) => {
        if ("event" in entry) this.#count(entry.event, entry.elapsedMs);
      },
      { capacity },
    );
  }

  read(): readonly Metric[] {
    const { executions, running, waiting } = this.#engine.load();
    const total = (name: string, help: string, type: EventType): Metric =>
      single("counter", name, help, this.#of(type));
    return [
      { name: "orchestr8_info", type: "gauge", help: "What runs", samples: [{ labels: { version }, value: 1 }] },
      single("gauge", "orchestr8_executions_unfinished", "Executions of this process that have not ended", executions),
      single("gauge", "orchestr8_steps_running", "Steps that hold a slot", running),
      single("gauge", "orchestr8_queue_depth", "Steps that wait for a slot", waiting),
      single("gauge", "orchestr8_circuits_open", "Circuits that refuse calls", this.#openCircuits.size),
      single("gauge", "orchestr8_event_streams", "Event streams that are open", this.#openStreams()),
      total("orchestr8_executions_started_total", "Executions that were created", "execution.created"),
      total("orchestr8_executions_resumed_total", "Executions that were taken over", "execution.resumed"),
      this.#byLabel("orchestr8_executions_total", "Executions that ended", "outcome", {
        completed: "execution.completed",
        failed: "execution.failed",
        cancelled: "execution.cancelled",
      }),
      durations("orchestr8_execution_duration_seconds", "From creation to the end", this.#executionDurations),
      this.#byLabel("orchestr8_steps_total", "Steps that ended", "outcome", {
        completed: "step.completed",
        failed: "step.failed",
        recovered: "step.recovered",
        skipped: "step.skipped",
        cancelled: "step.cancelled",
      }),
      durations("orchestr8_step_duration_seconds", "Of completed and failed steps, all attempts", this.#stepDurations),
      total("orchestr8_attempts_total", "Calls of agents that began", "attempt.started"),
      total("orchestr8_attempt_failures_total", "Calls of agents that failed", "attempt.failed"),
      total("orchestr8_retries_total", "Further attempts that were scheduled", "retry.scheduled"),
      total("orchestr8_timeouts_total", "Attempts that took too long", "timeout.fired"),
      this.#byLabel("orchestr8_calls_rejected_total", "Calls that were refused", "policy", {
        circuit: "circuit.rejected",
        bulkhead: "bulkhead.rejected",
        rate_limit: "rate_limit.rejected",
      }),
      single(
        "counter",
        "orchestr8_events_dropped_total",
        "Events that slow observers missed",
        this.#engine.events.droppedCount,
      ),
    ];
  }

  #count(event: ExecutionEvent, elapsedMs: number): void {
    this.#counts.set(event.type, this.#of(event.type) + 1);
    switch (event.type) {
      case "execution.completed":
      case "execution.failed":
      case "execution.cancelled":
        return this.#executionDurations.observe(elapsedMs);
      case "step.completed":
      case "step.failed":
        return this.#stepDurations.observe(event.durationMs);
      case "circuit.opened":
        return void this.#openCircuits.add(event.key);
      case "circuit.half_opened":
      case "circuit.closed":
        return void this.#openCircuits.delete(event.key);
      default:
        return undefined;
    }
  }

  #of(type: EventType): number {
    return this.#counts.get(type) ?? 0;
  }

  #byLabel(name: string, help: string, label: string, types: Readonly<Record<string, EventType>>): Metric {
    const samples = Object.entries(types).map(([value, type]): Sample => {
      return { labels: { [label]: value }, value: this.#of(type) };
    });
    return { name, type: "counter", help, samples };
  }
}

function single(type: Metric["type"], name: string, help: string, value: number): Metric {
  return { name, type, help, samples: [{ value }] };
}

function durations(name: string, help: string, histogram: DurationHistogram): Metric {
  return { name, type: "histogram", help, samples: histogram.samples() };
}
