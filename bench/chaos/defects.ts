import { isDeepStrictEqual } from "node:util";
import type { ExecutionEvent } from "orchestr8";
import { type Outcome, outcomeOf } from "./outcome.ts";
import { type ShapeName, shapes } from "./shapes.ts";
import type { Stored, StoredExecution } from "./stored.bun.ts";
import type { Trial } from "./trial.ts";

/** Promises that a killed process broke: what it acknowledged must be in the file that it left. */
export function defectsAfterKill(trial: Trial, { integrity, executions, messages }: Stored): readonly string[] {
  const defects = integrity === "ok" ? [] : [`the file is damaged: ${integrity}`];
  const byId = new Map(executions.map((execution) => [execution.id, execution]));
  if (trial.started !== undefined && !byId.has(trial.started)) defects.push("an acknowledged start is lost");
  for (const [id, sequence] of trial.shown) {
    if ((byId.get(id)?.sequence ?? 0) < sequence) defects.push(`entry ${sequence} was shown and is lost`);
  }
  const run = byId.get(trial.started ?? "");
  for (const { id, kind } of shapes[trial.shape].requests) {
    if (run === undefined || run.hasEnded || !trial.told.includes(id)) continue;
    const isHeeded = kind === "cancel" && run.events.some(({ type }) => type === "execution.cancelling");
    const isKept = messages.some((message) => message.kind === kind || message.id === id);
    if (!isHeeded && !isKept) defects.push(`the acknowledged ${kind} ${id} is lost`);
  }
  return defects;
}

/** What is wrong with an execution that came to its end through one kill or more. */
export function defectsAtEnd(trial: Trial, stored: Stored, reference: Outcome | undefined): readonly string[] {
  const outcome = outcomeOf(trial, stored);
  const { ending, isAtMostOnce } = shapes[trial.shape];
  const { status, code } = outcome.ending;
  const isInterrupted = isAtMostOnce === true && status === "failed" && code === "STEP_INTERRUPTED";
  const expected: Outcome = { ...(reference ?? outcome), ending };
  const parts = isInterrupted ? [] : (["ending", "executions", "checkpoints", "keys"] as const);
  const differing = parts.filter((part) => !isDeepStrictEqual(outcome[part], expected[part]));
  const effects = trial.effects();
  return [
    ...(stored.integrity === "ok" ? [] : [`the file is damaged: ${stored.integrity}`]),
    ...(stored.messages.length === 0 ? [] : ["messages are left"]),
    ...differing.map((part) => `${part}: ${JSON.stringify(outcome[part])}, not ${JSON.stringify(expected[part])}`),
    ...(isAtMostOnce === true && new Set(effects).size < effects.length ? ["an effect was had twice"] : []),
    ...stored.executions.flatMap((execution) => defectsOf(execution, { shape: trial.shape, effects })),
  ];
}

interface Effects {
  readonly shape: ShapeName;
  readonly effects: readonly string[];
}

const ends: ReadonlySet<string> = new Set(["execution.completed", "execution.failed", "execution.cancelled"]);

function defectsOf(execution: StoredExecution, effects: Effects): readonly string[] {
  const { id, events, sequence, checkpoints, hasEnded } = execution;
  const defects: string[] = [];
  if (!hasEnded) defects.push(`execution ${id} has not ended`);
  if (events.length !== sequence) defects.push(`${events.length} entries, but the last is number ${sequence}`);
  const ending = events.findIndex(({ type }) => ends.has(type));
  if (ending !== events.length - 1) defects.push("an end that is not the last entry");
  const completions = events.map(placeOf).filter((place) => place !== undefined);
  if (new Set(completions).size !== completions.length) defects.push("a completion is recorded twice");
  const kept = checkpoints.filter(({ step }) => step !== "@input" && step !== "@output");
  if (kept.length !== completions.length) defects.push(`${completions.length} completions, ${kept.length} checkpoints`);
  return [...defects, ...effectDefects(execution, effects)];
}

/** Where the value of a completion is kept. */
function placeOf(event: ExecutionEvent, index: number): string | undefined {
  switch (event.type) {
    case "step.completed":
      return `${event.stepId} -1 0`;
    case "item.completed":
      return `${event.stepId} ${event.item} 0`;
    case "iteration.completed":
      return `${event.stepId} ${event.item ?? -1} ${event.iteration}`;
    case "compensation.completed":
      return `@compensate/${event.stepId} -1 0`;
    case "signal.received":
      return `@signal/${event.name} ${index + 1} 0`;
    default:
      return undefined;
  }
}

/** What completed had its effect, and nothing had it more often than it was tried. */
function effectDefects({ id, events }: StoredExecution, { shape, effects }: Effects): readonly string[] {
  const calls = new Map<string, { attempts: number; hasCompleted: boolean }>();
  const iterations = new Map<string, number>();
  // What a step that runs a child does is done by the child.
  const own = events.filter((event) => "stepId" in event && !isChildStep(shape, event.stepId ?? ""));
  for (const event of own) {
    const unit = unitOf(id, event);
    const iteration = iterations.get(unit) ?? 1;
    const key = iteration === 1 ? unit : `${unit}~${iteration}`;
    const call = calls.get(key) ?? { attempts: 0, hasCompleted: false };
    if (event.type === "attempt.started") calls.set(key, { ...call, attempts: call.attempts + 1 });
    else if (placeOf(event, 0) !== undefined && call.attempts > 0) calls.set(key, { ...call, hasCompleted: true });
    if (event.type === "iteration.completed") iterations.set(unit, iteration + 1);
  }
  const mine = effects.filter((key) => key.startsWith(`${id}:`));
  return [
    ...new Set(mine.filter((key) => !calls.has(key)).map((key) => `${key} had an effect, but no attempt is recorded`)),
    ...[...calls].flatMap(([key, { attempts, hasCompleted }]) => {
      const count = mine.filter((effect) => effect === key).length;
      if (count > attempts) return [`${key} had ${count} effects in ${attempts} attempts`];
      return hasCompleted && count === 0 ? [`${key} completed without an effect`] : [];
    }),
  ];
}

function isChildStep(shape: ShapeName, stepId: string): boolean {
  return shapes[shape].workflow.steps.some(({ id, kind }) => id === stepId && kind === "workflow");
}

/** The idempotency key of a first iteration. */
function unitOf(id: string, event: ExecutionEvent): string {
  const stepId = "stepId" in event ? event.stepId : "";
  const key = "item" in event && event.item !== undefined ? `${id}:${stepId}:${event.item}` : `${id}:${stepId}`;
  const isUndoing = event.type.startsWith("compensation.") || "compensating" in event;
  return isUndoing ? `${key}/compensate` : key;
}
