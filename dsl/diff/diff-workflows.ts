import { isJsonObject, type JsonObject, type JsonValue } from "../../lib/json.ts";
import type { Step, Workflow } from "../../lib/workflow.ts";
import { secretReference } from "../declared-names.ts";
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
 * every changed value, also in files that are part of them. Nothing exactly when their hashes are equal. A renamed step is
 * compared under its new id.
 */
export function diffWorkflows(before: Workflow, after: Workflow): readonly WorkflowChange[] {
  const renames = renamedSteps(before, after);
  const left = withRenames(before, renames);
  const reads = readsOf([left, after]);
  return [
    ...fieldChanges(left, after, reads),
    ...declaredChanges(left, after),
    ...[...renames].map(([from, to]) =>
      change("renamed", ["steps", to], verdicts.renamed, { before: from, after: to }),
    ),
    ...stepChanges(left, after),
  ];
}

/** Everything but the steps and the names that are declared. */
function fieldChanges(left: Workflow, right: Workflow, reads: Reads): readonly WorkflowChange[] {
  const [before, after] = [fieldsOf(left), fieldsOf(right)];
  return valueChanges(before, after, [], isGroup).map((found) => toChange(found, fieldVerdict(found, reads)));
}

function fieldsOf(workflow: Workflow): JsonObject {
  const { environment: _, secrets: __, ...fields } = workflow;
  return documentOf({ ...fields, steps: [] });
}

function declaredChanges(left: Workflow, right: Workflow): readonly WorkflowChange[] {
  const { environmentAdded, environmentRemoved, secretAdded, secretRemoved } = verdicts;
  const secretsOf = ({ secrets }: Workflow): readonly string[] | undefined => secrets?.map(secretReference);
  return [
    ...nameChanges(["context", "environment"], left.environment, right.environment, {
      added: environmentAdded,
      removed: environmentRemoved,
    }),
    ...nameChanges(["context", "secretRefs"], secretsOf(left), secretsOf(right), {
      added: secretAdded,
      removed: secretRemoved,
    }),
  ];
}

function stepChanges(left: Workflow, right: Workflow): readonly WorkflowChange[] {
  const [before, after] = [stepDocuments(left), stepDocuments(right)];
  const [steps, newSteps] = [stepsById(left), stepsById(right)];
  const changes: WorkflowChange[] = [];
  for (const [id, step] of before) {
    const path = ["steps", id];
    const now = after.get(id);
    if (now === undefined) changes.push(change("removed", path, verdicts.removed, { before: step }));
    else changes.push(...dependencyChanges(path, step, now), ...partChanges(path, step, now));
    changes.push(...fileChanges(path, steps.get(id), newSteps.get(id)));
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

/** What differs in the file that a step runs differs in the step. */
function fileChanges(step: ChangePath, before?: Step, after?: Step): readonly WorkflowChange[] {
  const [left, right] = [definitionOf(before), definitionOf(after)];
  if (left === undefined || right === undefined) return [];
  const file = [...step, "workflow", "file"];
  return diffWorkflows(left, right).map((inner) =>
    change(inner.kind, [...file, ...inner.path], verdictOf(file), sidesOf(inner)),
  );
}

function definitionOf(step: Step | undefined): Workflow | undefined {
  return step?.kind === "workflow" && "definition" in step.workflow ? step.workflow.definition : undefined;
}

function dependencyChanges(step: ChangePath, before: JsonObject, after: JsonObject): readonly WorkflowChange[] {
  const [left, right] = [idsIn(before["dependencies"]), idsIn(after["dependencies"])];
  const { dependencyAdded: added, dependencyRemoved: removed } = verdicts;
  return nameChanges([...step, "dependencies"], left, right, { added, removed });
}

/** Of a list whose order says nothing. */
function nameChanges(
  path: ChangePath,
  before: readonly string[] = [],
  after: readonly string[] = [],
  { added, removed }: Readonly<Record<"added" | "removed", Verdict>>,
): readonly WorkflowChange[] {
  return [
    ...before.filter((name) => !after.includes(name)).map((name) => change("removed", path, removed, { before: name })),
    ...after.filter((name) => !before.includes(name)).map((name) => change("added", path, added, { after: name })),
  ];
}

function toChange({ path, before, after }: ValueChange, verdict: Verdict): WorkflowChange {
  const kind = before === undefined ? "added" : after === undefined ? "removed" : "changed";
  return change(kind, path, verdict, sidesOf({ before, after }));
}

type Sides = Pick<WorkflowChange, "before" | "after">;

function sidesOf({ before, after }: Sides): Sides {
  return { ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}

function change(kind: WorkflowChange["kind"], path: ChangePath, verdict: Verdict, sides: Sides): WorkflowChange {
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
  if (section === "steps") return path.length === 3 && (part === "policies" || part === "wait" || part === "output");
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

function stepsById({ steps }: Workflow): ReadonlyMap<string, Step> {
  return new Map(steps.map((step) => [step.id, step]));
}

function common(one: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>): readonly string[] {
  return [...one.keys()].filter((id) => other.has(id));
}

function idsIn(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
