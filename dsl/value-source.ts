import type { Expression } from "../lib/workflow.ts";

/** The `defineWorkflow()` call that a value belongs to. Compared by identity; the id is for messages. */
export interface DefinitionScope {
  readonly workflowId: string;
}

/** What a reference, an expression or a text stands for. */
export interface ValueSource {
  /** Undefined for values that belong to no workflow, such as a text without references. */
  readonly scope: DefinitionScope | undefined;
  /** One expression, or the parts of a text. */
  readonly content: Expression | readonly (string | Expression)[];
}

/** Beside the values and not in them: a reference's properties are all fields of the data it names. */
const sources = new WeakMap<object, ValueSource>();

/** Makes `value` stand for `source` in templates and expressions; `T` is what the compiler sees it as. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the one place where such values get their type
export function attachSource<T>(value: object, source: ValueSource): T;
export function attachSource(value: object, source: ValueSource): unknown {
  sources.set(value, source);
  return value;
}

/** What `value` stands for; undefined for plain data. */
export function sourceOf(value: unknown): ValueSource | undefined {
  return typeof value === "object" && value !== null ? sources.get(value) : undefined;
}

/** The one workflow that all parts belong to. Throws TypeError when there are two. */
export function commonScope(parts: Iterable<ValueSource | undefined>): DefinitionScope | undefined {
  let common: DefinitionScope | undefined;
  for (const part of parts) {
    const scope = part?.scope;
    if (scope !== undefined && common !== undefined && scope !== common) {
      throw new TypeError(
        `Cannot combine values of two workflows: one belongs to "${common.workflowId}", one to "${scope.workflowId}"`,
      );
    }
    common ??= scope;
  }
  return common;
}
