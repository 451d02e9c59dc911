import { isArray, type JsonObject, type JsonValue } from "../lib/json.ts";

const secretScheme = "secret://";

/** A name that expressions can say: `secrets.token`, or `secrets["github/token"]`. */
export function isSecretName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_./-]{0,127}$/.test(name);
}

export function isVariableName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name);
}

/** The names in `context.environment`. What is no text is left out: the schema reports it. */
export function variableNames({ environment }: JsonObject): readonly string[] {
  return texts(environment);
}

/** The names in `context.secretRefs`, as expressions use them. What is no text is left out: the schema reports it. */
export function secretNames({ secretRefs }: JsonObject): readonly string[] {
  return texts(secretRefs).map((reference) =>
    reference.startsWith(secretScheme) ? reference.slice(secretScheme.length) : reference,
  );
}

/** Whether a text names a secret as a document does. */
export function isSecretReference(text: string): boolean {
  return text.startsWith(secretScheme) && isSecretName(text.slice(secretScheme.length));
}

/** As a document writes a secret. */
export function secretReference(name: string): string {
  return `${secretScheme}${name}`;
}

/** Names as the AST has them: their order says nothing, and neither does naming one twice. Undefined for none. */
export function canonicalNames(names: readonly string[]): readonly string[] | undefined {
  return names.length === 0 ? undefined : [...new Set(names)].toSorted();
}

function texts(value: JsonValue | undefined): readonly string[] {
  if (typeof value !== "object" || value === null || !isArray(value)) return [];
  return value.filter((item) => typeof item === "string");
}
