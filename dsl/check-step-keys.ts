import { isJsonObject, type JsonObject } from "../lib/json.ts";
import type { CheckContext } from "./check-context.ts";
import { isIsoTime } from "../lib/iso-time.ts";
import { type Path, quoted, quotedList } from "./problem.ts";
import { objectOrEmpty, type StepSource } from "./step-source.ts";

/** Keys of which an object has exactly one. */
export interface Choice<Key extends string> {
  readonly owner: string;
  readonly keys: readonly Key[];
  readonly rule: string;
}

export const stepChoice: Choice<"agent" | "workflow" | "wait"> = {
  owner: "A step",
  keys: ["agent", "workflow", "wait"],
  rule: "a step does one thing",
};
export const waitChoice: Choice<"for" | "until" | "signal"> = {
  owner: '"wait"',
  keys: ["for", "until", "signal"],
  rule: "a step waits for one thing",
};

export const workflowChoice: Choice<"id" | "file"> = {
  owner: '"workflow"',
  keys: ["id", "file"],
  rule: "a step runs one workflow",
};

/** What a wait has no use for: it calls nothing. */
export const callKeys = ["input", "forEach", "repeat", "output", "compensate"] as const;

/** The policies of steps that call no agent themselves, and where those policies belong. */
export const agentPolicies = {
  wait: {
    keys: ["use", "timeout", "retry", "circuitBreaker", "bulkhead", "rateLimit", "idempotencyKey"],
    reason: "waits and calls nothing",
    fix: "remove it",
  },
  workflow: {
    keys: ["circuitBreaker", "bulkhead", "rateLimit", "idempotencyKey"],
    reason: "runs a workflow and calls no agent itself",
    fix: "set it in the steps of that workflow",
  },
} as const;

/** Checks which keys of a step go together: what it does, and what belongs to that. */
export function checkStepKeys(context: CheckContext): void {
  for (const step of context.source.steps) {
    if (!isJsonObject(step.json)) continue;
    const kind = checkChoice(context, step.json, step.path, stepChoice);
    if (kind === "wait") checkWait(context, step, step.json);
    const { workflow } = step.json;
    if (isJsonObject(workflow)) checkChoice(context, workflow, [...step.path, "workflow"], workflowChoice);
    if (kind === "wait" || kind === "workflow") checkPolicies(context, step.json, step.path, kind);
  }
}

/** The chosen key. That there is none is reported, and so is each one after the first. */
function checkChoice<Key extends string>(
  { report }: CheckContext,
  object: JsonObject,
  path: Path,
  { owner, keys, rule }: Choice<Key>,
): Key | undefined {
  const first = firstOf(keys, object);
  if (first === undefined) {
    const message = `${owner} needs one of the keys ${quotedList(keys)}`;
    report({ code: "SCHEMA_MISSING_KEY", message, fix: "add one of them", place: { path } });
  }
  for (const key of keys) {
    if (key === first || !Object.hasOwn(object, key)) continue;
    const message = `${quoted(key)} cannot stand beside ${quoted(first ?? "")}: ${rule}`;
    const place = { path: [...path, key], part: "key" } as const;
    report({ code: "SCHEMA_CONFLICTING_KEY", message, fix: "keep one of them", place });
  }
  return first;
}

function firstOf<Key extends string>(keys: readonly Key[], object: JsonObject): Key | undefined {
  for (const key of keys) if (Object.hasOwn(object, key)) return key;
  return undefined;
}

function checkWait(context: CheckContext, step: StepSource, json: JsonObject): void {
  for (const key of callKeys) {
    if (!Object.hasOwn(json, key)) continue;
    const message = `${quoted(key)} cannot stand beside "wait": the step calls nothing`;
    const place = { path: [...step.path, key], part: "key" } as const;
    context.report({ code: "SCHEMA_CONFLICTING_KEY", message, fix: "remove it", place });
  }
  const { wait } = json;
  if (!isJsonObject(wait)) return;
  const path = [...step.path, "wait"];
  const kind = checkChoice(context, wait, path, waitChoice);
  if (Object.hasOwn(wait, "timeout") && kind !== "signal" && kind !== undefined) {
    const message = `"timeout" cannot stand beside ${quoted(kind)}: only waiting for a signal can take too long`;
    const place = { path: [...path, "timeout"], part: "key" } as const;
    context.report({ code: "SCHEMA_CONFLICTING_KEY", message, fix: "remove it", place });
  }
  checkTime(context, step);
}

/** A time that is written down, and not computed when the step runs, can be checked now. */
function checkTime({ report }: CheckContext, { time, path }: StepSource): void {
  if (time === undefined || time.kind === "expression" || time.kind === "text") return;
  if (time.kind === "literal" && typeof time.value === "string" && isIsoTime(time.value)) return;
  report({
    code: "WAIT_TIME",
    message: '"until" must give an ISO 8601 time with an offset',
    fix: 'write it like "2026-03-01T09:00:00+01:00"',
    place: { path: [...path, "wait", "until"] },
  });
}

function checkPolicies({ report }: CheckContext, json: JsonObject, path: Path, kind: "wait" | "workflow"): void {
  const policies = objectOrEmpty(json["policies"]);
  const { keys, reason, fix } = agentPolicies[kind];
  for (const key of keys) {
    if (!Object.hasOwn(policies, key)) continue;
    const message = `The policy ${quoted(key)} does nothing here: the step ${reason}`;
    const useTimeout = kind === "wait" && key === "timeout" && Object.hasOwn(objectOrEmpty(json["wait"]), "signal");
    const place = { path: [...path, "policies", key], part: "key" } as const;
    report({ code: "SCHEMA_CONFLICTING_KEY", message, fix: useTimeout ? 'use "timeout" in "wait"' : fix, place });
  }
}
