import type { JournalEntry, UnitAddress } from "../lib/engine/events.ts";

/**
 * One event of the Trace Event Format, which Perfetto and chrome://tracing open: `B` and `E` bound a slice, `i` is a moment,
 * `M` a name. `ts` is in microseconds.
 */
export interface TraceEvent {
  readonly ph: "B" | "E" | "i" | "M";
  readonly pid: 1;
  readonly tid: number;
  readonly ts: number;
  readonly name: string;
  readonly cat?: string;
  /** Of a moment: it marks its thread. */
  readonly s?: "t";
  readonly args?: Readonly<Record<string, unknown>>;
}

/**
 * Turns entries into trace events, one after the other. The execution is a thread, and so is every step, item and
 * compensation, in which attempts are slices within the slice of the whole. What has not ended stays open.
 */
export class TraceWriter {
  readonly #threads = new Map<string, { readonly tid: number; depth: number }>();

  events({ event, elapsedMs, executionId }: JournalEntry): readonly TraceEvent[] {
    const ts = Math.round(elapsedMs * 1_000);
    const thread = (address?: UnitAddress): Thread => this.#thread(nameOf(address, executionId), ts);
    switch (event.type) {
      case "execution.created":
        return thread().open("execution", { workflowId: event.workflowId, version: event.workflowVersion });
      case "execution.completed":
        return thread().closeAll({});
      case "execution.failed":
        return thread().closeAll({ error: event.error });
      case "execution.cancelled":
        return thread().closeAll({ reason: event.reason });
      case "execution.started":
      case "execution.resumed":
      case "execution.failing":
      case "execution.cancelling":
      case "signal.received":
        return thread().mark(event.type);
      case "step.ready":
      case "step.skipped":
        return thread(event).mark(event.type);
      case "step.started":
      case "step.expanded":
      case "item.started":
      case "wait.started":
        return thread(event).openOnce(nameOf(event, executionId));
      case "compensation.started":
        return thread({ stepId: event.stepId, compensating: true }).open("compensation", {});
      case "attempt.started":
        return thread(event).open(`attempt ${event.attempt}`, {});
      case "attempt.failed":
        return thread(event).close({ error: event.error });
      case "attempt.interrupted":
      case "iteration.completed":
        return thread(event).close({});
      case "step.completed":
      case "item.completed":
        return thread(event).closeAll({ attempts: event.attempts });
      case "compensation.completed":
        return thread({ stepId: event.stepId, compensating: true }).closeAll({});
      case "compensation.failed":
        return thread({ stepId: event.stepId, compensating: true }).closeAll({ error: event.error });
      case "step.failed":
      case "item.failed":
        return thread(event).closeAll({ error: event.error });
      case "step.recovered":
        return thread(event).closeAll({ fallbackStepId: event.fallbackStepId });
      case "step.cancelled":
      case "item.cancelled":
        return thread(event).closeAll({ forced: event.forced });
      case "step.falling_back":
      case "attempt.late":
      case "retry.scheduled":
      case "timeout.fired":
      case "circuit.opened":
      case "circuit.half_opened":
      case "circuit.closed":
      case "circuit.rejected":
      case "bulkhead.rejected":
      case "rate_limit.rejected":
        return thread(event).mark(event.type);
    }
  }

  #thread(name: string, ts: number): Thread {
    const known = this.#threads.get(name);
    if (known !== undefined) return new Thread(known, ts, []);
    const state = { tid: this.#threads.size + 1, depth: 0 };
    this.#threads.set(name, state);
    return new Thread(state, ts, [{ ph: "M", pid: 1, tid: state.tid, ts, name: "thread_name", args: { name } }]);
  }
}

/** What happens on a thread at one moment. */
class Thread {
  readonly #state: { readonly tid: number; depth: number };
  readonly #ts: number;
  /** What comes before it: the thread's name, the first time. */
  readonly #before: readonly TraceEvent[];

  constructor(state: { readonly tid: number; depth: number }, ts: number, before: readonly TraceEvent[]) {
    this.#state = state;
    this.#ts = ts;
    this.#before = before;
  }

  open(name: string, args: TraceEvent["args"] = {}): readonly TraceEvent[] {
    this.#state.depth++;
    return [...this.#before, this.#event("B", name, args)];
  }

  /** Opens the slice of the whole, which a unit may be said to start more than once. */
  openOnce(name: string): readonly TraceEvent[] {
    return this.#state.depth === 0 ? this.open(name) : this.#before;
  }

  close(args: TraceEvent["args"]): readonly TraceEvent[] {
    if (this.#state.depth === 0) return this.#before;
    this.#state.depth--;
    return [...this.#before, this.#event("E", "", args)];
  }

  closeAll(args: TraceEvent["args"]): readonly TraceEvent[] {
    const open = this.#state.depth;
    this.#state.depth = 0;
    return [...this.#before, ...Array.from({ length: open }, () => this.#event("E", "", args))];
  }

  mark(name: string): readonly TraceEvent[] {
    return [...this.#before, { ...this.#event("i", name, {}), s: "t" }];
  }

  #event(ph: TraceEvent["ph"], name: string, args: TraceEvent["args"]): TraceEvent {
    return {
      ph,
      pid: 1,
      tid: this.#state.tid,
      ts: this.#ts,
      name,
      cat: "orchestr8",
      ...(args !== undefined && { args }),
    };
  }
}

/** The execution's own without an address. */
function nameOf(address: UnitAddress | undefined, executionId: string): string {
  if (address === undefined) return executionId;
  const { stepId, item, compensating } = address;
  const unit = item === undefined ? stepId : `${stepId}[${item}]`;
  return compensating === true ? `undo ${unit}` : unit;
}
