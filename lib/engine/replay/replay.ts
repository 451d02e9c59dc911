import type { AnyAgent } from "../../agents/agent.ts";
import type { AgentRegistry } from "../../agents/registry.ts";
import { ReplayMismatchError } from "../../errors.ts";
import type { Workflow } from "../../workflow.ts";
import { workflowIdOf } from "../../workflow-reference.ts";
import { errorOf } from "../error-record.ts";
import type { ExecutionEvent, JournalEntry, UnitAddress } from "../events.ts";
import { foldAll } from "../fold.ts";
import { Interpreter } from "../interpreter.ts";
import { prepare, type PreparedWorkflow } from "../prepare.ts";
import type { AttemptOutcome } from "../settle-attempt.ts";
import type { Reusable } from "../reuse-index.ts";
import type { MutableExecutionState } from "../state.ts";
import { unitOf } from "../unit-address.ts";
import type { Recording } from "./recording.ts";
import { difference, withTimings } from "./same-entry.ts";
import { Stage } from "./stage.ts";
import { versionsIn } from "./versions-in.ts";

export interface ReplayOptions {
  /** Runs another workflow on what was recorded: an edited one. Default: the recorded one. */
  readonly workflow?: Workflow;
}

export interface Replayed {
  readonly executionId: string;
  /** How many entries were made again. */
  readonly entries: number;
}

/** Timers of real clocks may fire this much early. */
const toleranceMs = 5;

/**
 * Runs a recorded execution again, offline: the engine decides anew, and what agents, signals and clocks did comes from the
 * recording. It passes when the engine records the same, but for timings.
 *
 * @throws {ReplayMismatchError} at the first entry that differs, with what differs.
 */
export function replay(recording: Recording, options: ReplayOptions = {}): Replayed {
  return new Replay(recording, options.workflow ?? recording.workflow).run();
}

/**
 * The recording as it would be if what came from outside had been what it now says: inputs of steps and the result follow
 * from outputs, signals and the execution's own input.
 *
 * @throws {ReplayMismatchError} where the execution would have gone another way.
 */
export function rederive(recording: Recording): Recording {
  const entries = [...recording.entries];
  new Replay({ ...recording, entries }, recording.workflow, entries).run();
  return { ...recording, entries };
}

class Replay {
  readonly #recording: Recording;
  readonly #prepared: PreparedWorkflow;
  readonly #stage: Stage;
  #run: Interpreter;
  #next = 0;
  /** Takes what is replayed in place of what was recorded, where nothing else differs. */
  readonly #rewritten: JournalEntry[] | undefined;

  constructor(recording: Recording, workflow: Workflow, rewritten?: JournalEntry[]) {
    this.#recording = recording;
    this.#rewritten = rewritten;
    this.#prepared = prepare(workflow, stubs(recording), {
      agentFor: (reference) => stub(`@workflow/${workflowIdOf(reference)}`, "", undefined),
    });
    const created = recording.entries[0]?.event;
    if (created?.type !== "execution.created") throw this.#mismatch("a recording begins with execution.created");
    this.#stage = new Stage(created.createdAt, (unit) => this.#startsNext(unit));
    this.#run = this.#interpreter();
    const batch = this.#run.create(created, this.#reusedAtOnce(), true);
    this.#stage.produced.push(...batch.entries);
    this.#compare();
    this.#run.go(1, batch);
  }

  run(): Replayed {
    const { entries, executionId } = this.#recording;
    this.#compare();
    while (this.#next < entries.length) {
      const before = this.#next;
      this.#step();
      this.#compare();
      if (this.#next === before) throw this.#mismatch("nothing of the like follows from what came before");
    }
    return { executionId, entries: entries.length };
  }

  /** Makes happen what the next entry says happened. */
  #step(): void {
    const entry = this.#recording.entries[this.#next];
    if (entry === undefined) return;
    const { event, elapsedMs } = entry;
    this.#stage.clock.set(elapsedMs);
    if (event.type === "execution.resumed") return this.#resume();
    if (event.type === "execution.cancelling") return this.#run.cancel(event.reason);
    if (event.type === "signal.received") return void this.#run.signalReceived(event.name, event.payload);
    if (event.type === "attempt.late") return this.#run.note(event);
    if (this.#settle() || this.#begin()) return;
    if (isNote(event)) return this.#run.note(event);
    // What is left happened by time, or had to wait for it.
    const { clock, produced } = this.#stage;
    while (produced.length === 0 && clock.fireNext(toleranceMs)) if (this.#begin()) return;
  }

  /** What a rerun took over before anything ran. */
  #reusedAtOnce(): readonly ExecutionEvent[] {
    const events = this.#recording.entries.slice(1).map(({ event }) => event);
    const end = events.findIndex((event) => !isReused(event));
    return events.slice(0, end < 0 ? events.length : end);
  }

  /** What a step that begins now took over, if it did. */
  #reusedNext(): Reusable | undefined {
    const ahead = this.#recording.entries.slice(this.#next + this.#stage.produced.length).slice(0, 3);
    const event = ahead.find((entry) => !isStart(entry.event))?.event;
    if (event?.type !== "step.completed" && event?.type !== "item.completed") return undefined;
    return event.reusedFrom === undefined ? undefined : { output: event.output, executionId: event.reusedFrom };
  }

  #resume(): void {
    const { entries, executionId } = this.#recording;
    this.#stage.clear();
    const restored = foldAll(this.#prepared.plan, executionId, entries.slice(0, this.#next));
    this.#run = this.#interpreter(restored);
    this.#run.resume(1);
  }

  /** Ends the attempt that ended next, with what its policies noted before. */
  #settle(): boolean {
    const { entries } = this.#recording;
    let end = this.#next;
    while (isNote(entries[end]?.event)) end++;
    const event = entries[end]?.event;
    const outcome = event && outcomeOf(event, entries[end + 1]?.event);
    const address = event && addressIn(event);
    const unit = address && unitOf(this.#run.state, address);
    if (outcome === undefined || unit === undefined || !this.#stage.isRunning(unit)) return false;
    const notes = entries.slice(this.#next, end).map((note) => note.event);
    this.#stage.settled(unit);
    this.#run.settle(unit, outcome, notes);
    return true;
  }

  /** Gives a slot to the unit that started next. */
  #begin(): boolean {
    const unit = this.#unitAt(this.#next);
    if (unit === undefined || !this.#stage.takeFromLine(unit)) return false;
    this.#run.begin(unit);
    return true;
  }

  /** What gets in line begins at once where nothing holds it up: before what comes after it in the workflow. */
  #startsNext(unit: number): boolean {
    return this.#unitAt(this.#run.state.sequence) === unit;
  }

  /** The unit that an entry is about, or the one behind it where that says that the execution has started. */
  #unitAt(index: number): number | undefined {
    const { entries } = this.#recording;
    const event = entries[entries[index]?.event.type === "execution.started" ? index + 1 : index]?.event;
    const address = event && addressIn(event);
    return address && unitOf(this.#run.state, address);
  }

  #compare(): void {
    for (const replayed of this.#stage.produced.splice(0)) {
      const recorded = this.#recording.entries[this.#next];
      if (recorded === undefined) throw this.#mismatch(`the recording ends before ${describe(replayed)}`);
      const { type } = recorded.event;
      if (type !== replayed.event.type)
        throw this.#mismatch(`it was ${describe(recorded)} and is ${describe(replayed)}`);
      if (this.#rewritten !== undefined && describe(recorded) === describe(replayed)) {
        this.#rewritten[this.#next] = { ...recorded, event: withTimings(replayed.event, recorded.event) };
      }
      const found = this.#rewritten === undefined ? difference(recorded.event, replayed.event) : undefined;
      if (found !== undefined) throw this.#mismatch(`of ${describe(recorded)}, ${found}`);
      this.#next++;
    }
  }

  #interpreter(restored?: MutableExecutionState): Interpreter {
    const { executionId } = this.#recording;
    const reuse = { find: () => this.#reusedNext() };
    const options = { prepared: this.#prepared, host: this.#stage, executionId, reuse };
    return new Interpreter(restored === undefined ? options : { ...options, restored });
  }

  #mismatch(what: string): ReplayMismatchError {
    const entry = this.#recording.entries[this.#next];
    const place = entry === undefined ? "the end" : `entry ${entry.sequence} (${describe(entry)})`;
    return new ReplayMismatchError(`Cannot replay execution "${this.#recording.executionId}" at ${place}: ${what}`, {
      sequence: entry?.sequence ?? this.#recording.entries.length + 1,
    });
  }
}

function isStart({ type }: ExecutionEvent): boolean {
  return type === "execution.started" || type === "step.started" || type === "item.started";
}

function isReused(event: ExecutionEvent): boolean {
  return "reusedFrom" in event && event.reusedFrom !== undefined;
}

/** What a policy did in an attempt. */
function isNote(event: ExecutionEvent | undefined): boolean {
  return (
    event !== undefined && (event.type === "timeout.fired" || /^(?:circuit|bulkhead|rate_limit)\./.test(event.type))
  );
}

/** A delay that a callee asked for comes from the recording, as everything from outside does. */
function outcomeOf(event: ExecutionEvent, next: ExecutionEvent | undefined): AttemptOutcome | undefined {
  switch (event.type) {
    case "step.completed":
    case "item.completed":
    case "iteration.completed":
    case "compensation.completed":
      return { ok: true, value: event.output, usage: event.usage };
    case "attempt.failed": {
      const retryAfter = next?.type === "retry.scheduled" ? next.delayMs : undefined;
      return { ok: false, error: Object.assign(errorOf(event.error), retryAfter !== undefined && { retryAfter }) };
    }
    case "step.cancelled":
    case "item.cancelled":
      return event.forced ? undefined : { ok: false, error: Object.assign(new Error(), { name: "AbortError" }) };
    default:
      return undefined;
  }
}

function addressIn(event: ExecutionEvent): UnitAddress | undefined {
  if (!("stepId" in event) || event.stepId === undefined) return undefined;
  const { stepId } = event;
  if (event.type.startsWith("compensation.") || ("compensating" in event && event.compensating)) {
    return { stepId, compensating: true };
  }
  return "item" in event && event.item !== undefined ? { stepId, item: event.item } : { stepId };
}

function describe({ event }: JournalEntry): string {
  const address = addressIn(event);
  if (address === undefined) return event.type;
  const { stepId, item } = address;
  return item === undefined ? `${event.type} of "${stepId}"` : `${event.type} of "${stepId}" [${item}]`;
}

/** Agents that are never called: their outcomes are in the recording. */
function stubs(recording: Recording): AgentRegistry {
  const { versions, onlyOnce } = versionsIn(recording);
  const find = (id: string): AnyAgent =>
    stub(id, versions.get(id) ?? "", onlyOnce.has(id) ? "at-most-once" : undefined);
  return {
    register: () => undefined,
    find,
    get: find,
    ids: () => [...versions.keys()],
    versions: (id) => [versions.get(id) ?? ""],
    *[Symbol.iterator]() {
      for (const id of versions.keys()) yield find(id);
    },
  };
}

function stub(id: string, version: string, semantics: AnyAgent["semantics"]): AnyAgent {
  return { id, version, semantics, execute: () => null };
}
