import { isArray, isJsonObject, type JsonValue } from "../../lib/json.ts";
import { canonicalJson } from "../../lib/workflow-hash.ts";
import type { Step, Workflow, WorkflowStep } from "../../lib/workflow.ts";

/** New ids by old ones. */
export type Renames = ReadonlyMap<string, string>;

/**
 * Steps of `before` that are in `after` under another id, with everything else the same: also what they refer to, once
 * renamed itself.
 */
export function renamedSteps(before: Workflow, after: Workflow): Renames {
  const kept = new Set(after.steps.map(({ id }) => id));
  const known = new Set(before.steps.map(({ id }) => id));
  const gone = before.steps.filter(({ id }) => !kept.has(id));
  const candidates = new Map<string, string[]>();
  for (const step of after.steps) {
    if (known.has(step.id)) continue;
    const content = contentOf(step, new Map());
    candidates.set(content, [...(candidates.get(content) ?? []), step.id]);
  }
  const renames = new Map<string, string>();
  // A step may refer to one that is renamed too, so what was found makes more findable.
  for (let found = -1; found !== renames.size;) {
    found = renames.size;
    for (const step of gone) {
      if (renames.has(step.id)) continue;
      const id = candidates.get(contentOf(step, renames))?.shift();
      if (id !== undefined) renames.set(step.id, id);
    }
  }
  return renames;
}

/** The workflow with other ids for some steps, wherever it names them. */
export function withRenames(workflow: Workflow, renames: Renames): Workflow {
  if (renames.size === 0) return workflow;
  const { steps, output } = workflow;
  return {
    ...workflow,
    steps: steps.map((step) => renameStep(step, renames)),
    ...(output !== undefined && { output: renameReferences(output, renames) }),
  };
}

function renameStep(step: Step, renames: Renames): Step {
  const { id, fallbackStepId, dependencies } = step;
  return {
    ...renameReferences(step, renames),
    ...partsWithoutReferences(step),
    id: renamed(id, renames),
    dependencies: dependencies.map((source) => renamed(source, renames)),
    ...(fallbackStepId !== undefined && { fallbackStepId: renamed(fallbackStepId, renames) }),
  };
}

/** In a schema everything is data, and what a file refers to is its own. */
function partsWithoutReferences(step: Step): Partial<Pick<WorkflowStep, "output" | "workflow">> {
  if (step.kind === "wait") return {};
  return {
    ...(step.output !== undefined && { output: step.output }),
    ...(step.kind === "workflow" && { workflow: step.workflow }),
  };
}

/** What a step is apart from its own id, which its compensation may name. */
function contentOf(step: Step, renames: Renames): string {
  const { dependencies, ...content } = renameStep(step, new Map([...renames, [step.id, ""]]));
  return canonicalJson({ ...content, dependencies: [...dependencies].toSorted(byCodeUnit) });
}

function byCodeUnit(left: string, right: string): number {
  return left < right ? -1 : 1;
}

/** The same tree with other ids in its references. Data in it is data, whatever it looks like. */
function renameReferences<T>(tree: T, renames: Renames): T;
function renameReferences(tree: JsonValue, renames: Renames): JsonValue {
  if (typeof tree !== "object" || tree === null) return tree;
  if (isArray(tree)) return tree.map((item) => renameReferences(item, renames));
  const { kind, root, path } = tree;
  if (kind === "literal" || kind === "value") return tree;
  if (kind === "reference" && root === "steps" && path !== undefined && !isJsonObject(path)) {
    return { ...tree, path: renamePath(path, renames) };
  }
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, renameReferences(value, renames)]));
}

function renamePath(path: JsonValue, renames: Renames): JsonValue {
  if (typeof path !== "object" || path === null || !isArray(path)) return path;
  const [id, ...rest] = path;
  return typeof id === "string" ? [renamed(id, renames), ...rest] : path;
}

function renamed(id: string, renames: Renames): string {
  return renames.get(id) ?? id;
}
