import { referenceText } from "../lib/expression/reference.ts";
import type { Reference } from "../lib/workflow.ts";
import { withDefault } from "./expression-value.ts";
import type { ExpressionValue, FieldName, FieldOf, Ref } from "./typed-value.ts";
import { attachSource, type DefinitionScope, sourceOf } from "./value-source.ts";

/** A reference whose every property is a reference to that field, so that data can be named before it exists. */
export function createReference<T>(reference: Reference, scope: DefinitionScope): Ref<T> {
  const proxy: object = new Proxy(Object.freeze(Object.create(null)), {
    get(_target, key) {
      if (key === "default") return (fallback: unknown) => withDefault(proxy, fallback);
      if (typeof key === "string") return createReference(below(reference, segment(key)), scope);
      return key === Symbol.toPrimitive ? () => refuse(reference, scope, "make a string of") : undefined;
    },
    ownKeys: () => refuse(reference, scope, "list the fields of"),
  });
  return attachSource(proxy, { scope, content: reference });
}

/**
 * A field by its exact name, for names that a property access cannot say: `default`, or digits that are a key and not an
 * index.
 */
export function field<T, K extends FieldName<T>>(reference: ExpressionValue<T>, name: K): Ref<FieldOf<T, K>> {
  const source = sourceOf(reference);
  if (source?.scope === undefined || !("kind" in source.content) || source.content.kind !== "reference") {
    throw new TypeError(`Cannot take field "${name}": only references have fields`);
  }
  return createReference(below(source.content, name), source.scope);
}

function below(reference: Reference, key: string | number): Reference {
  return { ...reference, path: [...reference.path, key] };
}

/** A proxy is told `"0"` for `items[0]`. */
function segment(key: string): string | number {
  return /^(?:0|[1-9]\d{0,14})$/.test(key) ? Number(key) : key;
}

function refuse(reference: Reference, scope: DefinitionScope, action: string): never {
  throw new TypeError(
    `Cannot ${action} ${referenceText(reference)} in workflow "${scope.workflowId}": its value exists when the workflow runs; ` +
      "name its fields, or use the text tag for text",
  );
}
