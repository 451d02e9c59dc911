import { isJsonObject, type JsonObject, type JsonValue } from "../../lib/json.ts";
import type { Workflow } from "../../lib/workflow.ts";
import { printWorkflow } from "../print.ts";
import { referencesIn } from "../references-in.ts";
import { stepParts } from "../step-parts.ts";
import { type Verdict, verdictOf, verdicts } from "./change-rules.ts";
import { renamedSteps, withRenames } from "./renamed-steps.ts";
import { type ChangePath, type ValueChange, valueChanges } from "./value-changes.ts";

/** A difference in meaning: a place in the words of a `.o8.json` file, with steps by their ids. */
export interface WorkflowChange extends Verdict, Partial<Omit<ValueChange, "path">> {
  readonly kind: "added" | "removed" | "changed" | "renamed" | "moved";
  readonly path: ChangePath;
}

/**
 * How the meaning of two workflows differs, in the order of the document: steps added, removed, renamed and moved, and
 * every changed value. Nothing exactly when their hashes are equal. A renamed step is compared under its new id.
 */
export function diffWorkflows(before: Workflow, after: Workflow): readonly WorkflowChange[] {
  const renames = renamedSteps(before, after);
  const left = withRenames(before, renames);
  const reads = readsOf([left, after]);
  return [
    ...fieldChanges(documentOf(left), documentOf(after), reads),
    ...[...renames].map(([from, to]) =>
      change("renamed", ["steps", to], verdicts.renamed, { before: from, after: to }),
    ),
    ...stepChanges(left, after),
  ];
}

/** Everything but the steps. */
function fieldChanges(left: JsonObject, right: JsonObject, reads: Reads): readonly WorkflowChange[] {
  const { steps: _, ...before } = left;
  const { steps: __, ...after } = right;
  return valueChanges(before, after, [], isGroup).map((found) => toChange(found, fieldVerdict(found, reads)));
}

function stepChanges(left: Workflow, right: Workflow): readonly WorkflowChange[] {
  const [before, after] = [stepDocuments(left), stepDocuments(right)];
  const changes: WorkflowChange[] = [];
  for (const [id, step] of before) {
    const path = ["steps", id];
    const now = after.get(id);
    if (now === undefined) changes.push(change("removed", path, verdicts.removed, { before: step }));
    else changes.push(...dependencyChanges(path, step, now), ...partChanges(path, step, now));
  }
  for (const [id, step] of after) {
    if (!before.has(id)) changes.push(change("added", ["steps", id], verdicts.added, { after: step }));
  }
  const [order, newOrder] = [common(before, after), common(after, before)];
  if (order.some((id, index) => id !== newOrder[index])) {
    changes.push(change("moved", ["steps"], verdicts.moved, { before: order, after: newOrder }));
  }
  return changes;
}

function partChanges(path: ChangePath, before: JsonObject, after: JsonObject): readonly WorkflowChange[] {
  const { dependencies: _, ...left } = before;
  const { dependencies: __, ...right } = after;
  return valueChanges(left, right, path, isGroup).map((found) => toChange(found, verdictOf(found.path)));
}

/** A set: the order in which a step waits says nothing. */
function dependencyChanges(step: ChangePath, before: JsonObject, after: JsonObject): readonly WorkflowChange[] {
  const path = [...step, "dependencies"];
  const [left, right] = [idsIn(before["dependencies"]), idsIn(after["dependencies"])];
  const removed = left.filter((id) => !right.includes(id));
  const added = right.filter((id) => !left.includes(id));
  return [
    ...removed.map((id) => change("removed", path, verdicts.dependencyRemoved, { before: id })),
    ...added.map((id) => change("added", path, verdicts.dependencyAdded, { after: id })),
  ];
}

function toChange({ path, before, after }: ValueChange, verdict: Verdict): WorkflowChange {
  const kind = before === undefined ? "added" : after === undefined ? "removed" : "changed";
  const sides = { ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
  return change(kind, path, verdict, sides);
}

function change(
  kind: WorkflowChange["kind"],
  path: ChangePath,
  verdict: Verdict,
  sides: Pick<WorkflowChange, "before" | "after">,
): WorkflowChange {
  return { kind, path, ...sides, ...verdict };
}

function fieldVerdict({ path, before }: ValueChange, reads: Reads): Verdict {
  const [section, part, name] = path;
  if (section === "version") return reads.has("workflow.version") ? verdicts.versionRead : verdicts.versionUnread;
  if (section !== "context" || part !== "variables") return verdictOf(path);
  const isRead = before !== undefined && (reads.has(`variables.${name}`) || reads.has("variables"));
  return isRead ? verdicts.variableRead : verdicts.variableUnread;
}

/** What the steps of both workflows read, as `root.key`, and the whole root where they read that. */
type Reads = ReadonlySet<string>;

function readsOf(workflows: readonly Workflow[]): Reads {
  const parts = workflows.flatMap(({ steps }) => steps.flatMap((step) => stepParts(step)));
  // Which circuit guards a call is decided anew for each call.
  const recorded = parts.filter(([part]) => part !== "target");
  return new Set(
    recorded.flatMap(([, content]) =>
      referencesIn(content).map(({ root, path }) => [root, ...path.slice(0, 1)].join(".")),
    ),
  );
}

/** Objects of a document that say nothing by being there. */
function isGroup(path: ChangePath): boolean {
  const [section, , part] = path;
  if (section === "steps") return path.length === 3 && (part === "policies" || part === "wait");
  return path.length <= 2 && (section === "context" || section === "policies") && path[1] !== "budget";
}

function documentOf(workflow: Workflow): JsonObject {
  const document: JsonValue = JSON.parse(printWorkflow(workflow));
  return isJsonObject(document) ? document : {};
}

function stepDocuments(workflow: Workflow): ReadonlyMap<string, JsonObject> {
  const { steps = [] } = documentOf(workflow);
  const documents = Array.isArray(steps) ? steps.filter(isJsonObject) : [];
  return new Map(documents.map(({ id, ...step }) => [typeof id === "string" ? id : "", step]));
}

function common(one: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>): readonly string[] {
  return [...one.keys()].filter((id) => other.has(id));
}

function idsIn(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
