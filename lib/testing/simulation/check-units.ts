import type { ExecutionEvent } from "../../engine/events.ts";
import type { PlannedStep } from "../../engine/plan.ts";
import { compensationPolicies } from "../../engine/resolve-policies.ts";
import { expectedKey, unitIn, type Complain, type History } from "./history.ts";

/** One attempt, from its start to what ended it. */
export interface Attempt {
  readonly executionId: string;
  readonly key: string;
  readonly attempt: number;
  readonly isChild: boolean;
  readonly process: number;
  readonly startMs: number;
  /** The number of the write that kept its start. */
  readonly commit: number;
  /** When it ended, if that happened in the process that began it. */
  endMs: number | undefined;
  hasCompleted: boolean;
}

interface Unit {
  iteration: number;
  lastAttempt: number;
  interruptions: number;
  running: Attempt | undefined;
  end: string | undefined;
}

type Started = Extract<ExecutionEvent, { type: "attempt.started" }>;

/** Attempts follow each other, are no more than the policy has it, and each unit ends once. Gives the attempts. */
export function walkUnits(history: History, atMostOnce: ReadonlySet<string>, complain: Complain): readonly Attempt[] {
  const walk = new UnitWalk(history, atMostOnce, complain);
  for (let index = 0; index < history.entries.length; index++) walk.see(index);
  return walk.attempts;
}

class UnitWalk {
  readonly attempts: Attempt[] = [];
  readonly #history: History;
  readonly #atMostOnce: ReadonlySet<string>;
  readonly #complain: Complain;
  readonly #units = new Map<string, Unit>();

  constructor(history: History, atMostOnce: ReadonlySet<string>, complain: Complain) {
    this.#history = history;
    this.#atMostOnce = atMostOnce;
    this.#complain = complain;
  }

  see(index: number): void {
    const event = this.#history.entries[index]?.event;
    const name = event && unitIn(event);
    if (event === undefined || name === undefined) return;
    switch (event.type) {
      case "attempt.started":
        return this.#start(index, event, this.#unitOf(name, event.type));
      case "attempt.failed":
      case "attempt.interrupted":
        return this.#stop(index, event, this.#unitOf(name, event.type));
      case "retry.scheduled": {
        const { lastAttempt } = this.#unitOf(name, event.type);
        if (event.attempt !== lastAttempt + 1) this.#complain(`${name}: retry ${event.attempt} after ${lastAttempt}`);
        return;
      }
      case "iteration.completed":
        return this.#iterate(index, event.iteration, this.#unitOf(name, event.type));
      case "step.completed":
      case "item.completed":
      case "compensation.completed":
      case "step.failed":
      case "step.falling_back":
      case "item.failed":
      case "compensation.failed":
      case "step.cancelled":
      case "item.cancelled":
      case "step.skipped":
        return this.#end(index, event.type, name);
      default:
    }
  }

  #unitOf(name: string, type: string): Unit {
    const known = this.#units.get(name);
    if (known?.end !== undefined) this.#complain(`"${type}" of ${name} after its "${known.end}"`);
    if (known !== undefined) return known;
    const unit: Unit = { iteration: 1, lastAttempt: 0, interruptions: 0, running: undefined, end: undefined };
    this.#units.set(name, unit);
    return unit;
  }

  #start(index: number, event: Started, unit: Unit): void {
    const { executionId, plan, commits, commitNumbers } = this.#history;
    const planned = plan.steps[plan.indexOf.get(event.stepId) ?? -1];
    const commit = commits[index];
    if (planned === undefined || commit === undefined)
      return this.#complain(`an unknown step "${event.stepId}" starts`);
    const key = expectedKey(executionId, event, unit.iteration);
    if (unit.running !== undefined) this.#complain(`${key} starts attempt ${event.attempt} while another runs`);
    if (event.attempt !== unit.lastAttempt + 1) {
      this.#complain(`${key} starts attempt ${event.attempt} after attempt ${unit.lastAttempt}`);
    }
    const policies = event.compensating && planned.isChild ? compensationPolicies(plan.workflow) : planned.policies;
    const { maxAttempts } = policies.retry;
    if (event.attempt - unit.interruptions > maxAttempts) {
      this.#complain(
        `${key} starts attempt ${event.attempt}, of ${maxAttempts}, after ${unit.interruptions} interruptions`,
      );
    }
    if (unit.interruptions > 0 && this.#atMostOnce.has(agentOf(planned, event))) {
      this.#complain(`${key} starts again, though its agent must not be called twice`);
    }
    unit.lastAttempt = event.attempt;
    const { process, askedMs: startMs } = commit;
    const isChild = planned.isChild && event.compensating !== true;
    const { attempt } = event;
    const facts = { executionId, key, attempt, isChild, process, startMs, commit: commitNumbers[index] ?? 0 };
    unit.running = { ...facts, endMs: undefined, hasCompleted: false };
    this.attempts.push(unit.running);
  }

  #stop(
    index: number,
    event: Extract<ExecutionEvent, { type: "attempt.failed" | "attempt.interrupted" }>,
    unit: Unit,
  ): void {
    if (unit.running?.attempt !== event.attempt) {
      this.#complain(
        `"${event.type}" for attempt ${event.attempt} of ${event.stepId}, and ${unit.running?.attempt} runs`,
      );
    }
    if (event.type === "attempt.interrupted") {
      unit.interruptions++;
      unit.running = undefined;
    }
    this.#close(index, unit, false);
  }

  #iterate(index: number, iteration: number, unit: Unit): void {
    if (unit.running === undefined || iteration !== unit.iteration) {
      this.#complain(`iteration ${iteration} completes in iteration ${unit.iteration}, without a running attempt`);
    }
    this.#close(index, unit, true);
    unit.iteration++;
    unit.lastAttempt = 0;
    unit.interruptions = 0;
  }

  #end(index: number, type: string, name: string): void {
    const unit = this.#unitOf(name, type);
    const hasCompleted = type.endsWith(".completed");
    if (hasCompleted && unit.lastAttempt > 0 && unit.running === undefined) {
      this.#complain(`${name} completes, and no attempt of it runs`);
    }
    this.#close(index, unit, hasCompleted);
    // A step that hands over to its fallback ends when that does.
    unit.end = type === "step.falling_back" ? undefined : type;
  }

  #close(index: number, unit: Unit, hasCompleted: boolean): void {
    const { running } = unit;
    const commit = this.#history.commits[index];
    if (running === undefined || commit === undefined) return;
    if (commit.process === running.process) running.endMs = commit.askedMs;
    running.hasCompleted = hasCompleted;
    unit.running = undefined;
  }
}

function agentOf({ step }: PlannedStep, { compensating }: Started): string {
  if (step.kind === "wait") return "";
  if (compensating === true) return step.compensate?.agent.id ?? "";
  return step.kind === "agent" ? step.agent.id : "";
}
