import type { Reference, Step } from "../../lib/workflow.ts";
import { handleNames } from "./names.ts";

/** What is in reach where a piece of code is printed, and what the code has come to use of it. */
export interface PrintScope {
  /** Names to import from the package. */
  readonly imports: Set<string>;
  /** What to take from the context of the `steps` function; undefined outside of it. */
  readonly context: Set<string> | undefined;
  /** Variables of the steps that are defined by now. */
  readonly handles: ReadonlyMap<string, string>;
  /** Steps whose variable was used. */
  readonly named: Set<string>;
  /** The parameters of a function that is being printed, by what they stand for, such as `item`. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Beyond what the two sets of the whole module tell. */
const noParameters: ReadonlyMap<string, string> = new Map();

export function createPrintScope(): PrintScope {
  return {
    imports: new Set(["defineWorkflow"]),
    context: undefined,
    handles: new Map(),
    named: new Set(),
    parameters: noParameters,
  };
}

/** The scopes of a workflow's steps, one after the other, and of what comes after all of them. */
export function stepScopes(module: PrintScope, steps: readonly Step[]): readonly PrintScope[] {
  const names = handleNames(steps.map(({ id }) => id));
  const context = new Set<string>();
  const handles = new Map<string, string>();
  const scopes = steps.map(({ id }) => {
    const scope = { ...module, context, handles: new Map(handles) };
    handles.set(id, names.get(id) ?? id);
    return scope;
  });
  return [...scopes, { ...module, context, handles }];
}

/** A scope in a function that gets these. */
export function withParameters(scope: PrintScope, parameters: readonly string[]): PrintScope {
  return { ...scope, parameters: new Map(parameters.map((name) => [name, name])) };
}

/** Notes that a name of the package is used, and gives it. */
export function use(scope: PrintScope, name: string): string {
  scope.imports.add(name);
  return name;
}

/** The variable of a step that is defined by now. */
export function handleOf(scope: PrintScope, id: string): string | undefined {
  const name = scope.handles.get(id);
  if (name !== undefined) scope.named.add(id);
  return name;
}

/** What a reference starts from: some variable, and how much of the path that covers. Undefined if nothing is in reach. */
export function baseOf(
  scope: PrintScope,
  { root, path }: Reference,
): readonly [code: string, covered: number] | undefined {
  if (root === "item" || root === "index" || root === "output") {
    const parameter = scope.parameters.get(root);
    return parameter === undefined ? undefined : [parameter, 0];
  }
  if (root !== "steps") {
    scope.context?.add(root);
    return scope.context === undefined ? undefined : [root, 0];
  }
  const [id, field] = path;
  if (typeof id !== "string" || (field !== "output" && field !== "status" && field !== "error")) return undefined;
  const own = field === "output" ? scope.parameters.get(`steps.${id}`) : undefined;
  if (own !== undefined) return [own, 2];
  const handle = handleOf(scope, id);
  return handle === undefined ? undefined : [`${handle}.${field}`, 2];
}
