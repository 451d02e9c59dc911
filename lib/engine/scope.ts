import { valueAt } from "../expression/reference.ts";
import type { Scope } from "../expression/evaluate.ts";
import type { JsonValue } from "../json.ts";
import type { Reference } from "../workflow.ts";
import { secretMark } from "./secret-mask.ts";
import type { ExecutionState } from "./state.ts";

/** What only some templates of a step see. */
export interface LocalScope {
  readonly item?: JsonValue;
  readonly index?: number;
  /** Of the run that `until` is about. */
  readonly output?: JsonValue;
}

/** What a workflow's expressions see of its execution. Pure: it reads the fold and nothing else. */
export function executionScope(state: ExecutionState, local?: LocalScope): Scope {
  return new ExecutionScope(state, local);
}

class ExecutionScope implements Scope {
  readonly #state: ExecutionState;
  readonly #local: LocalScope | undefined;

  constructor(state: ExecutionState, local: LocalScope | undefined) {
    this.#state = state;
    this.#local = local;
  }

  resolve(reference: Reference): JsonValue | undefined {
    return resolve(this.#state, reference, this.#local);
  }
}

function resolve(
  state: ExecutionState,
  { root, path }: Reference,
  local: LocalScope | undefined,
): JsonValue | undefined {
  switch (root) {
    case "steps":
      return resolveStep(state, path);
    case "input":
      return valueAt(state.input, path);
    case "variables":
      return valueAt(state.plan.workflow.variables, path);
    case "env":
      return valueAt(state.environment, path);
    case "secrets":
      return resolveSecret(state, path);
    case "execution":
      return valueAt(executionFacts(state), path);
    case "workflow":
      return valueAt({ id: state.plan.workflow.metadata.id, version: state.plan.workflow.version }, path);
    case "item":
    case "index":
    case "output":
      return valueAt(local?.[root], path);
  }
}

/** Its mark: what is recorded holds no secret, and the agent is given the value when it is called. */
function resolveSecret({ plan: { workflow } }: ExecutionState, path: Reference["path"]): JsonValue | undefined {
  const [name] = path;
  const isDeclared = typeof name === "string" && path.length === 1 && workflow.secrets?.includes(name) === true;
  return isDeclared ? secretMark(name) : undefined;
}

function executionFacts(state: ExecutionState): JsonValue {
  return {
    id: state.executionId,
    correlationId: state.correlationId,
    startedAt: new Date(state.createdAt).toISOString(),
  };
}

function resolveStep(state: ExecutionState, path: Reference["path"]): JsonValue | undefined {
  const [id, field] = path;
  const index = typeof id === "string" ? state.plan.indexOf.get(id) : undefined;
  const step = index === undefined ? undefined : state.units[index];
  if (step === undefined) return undefined;
  switch (field) {
    case "output":
      return "output" in step ? valueAt(step.output, path, 2) : undefined;
    case "status":
      return path.length === 2 ? step.status : undefined;
    case "error":
      return "error" in step ? valueAt(step.error, path, 2) : undefined;
    default:
      return undefined;
  }
}
