import { isArray, isJsonObject, type JsonValue } from "../json.ts";
import type { Template } from "../workflow.ts";
import type { Secrets } from "./secret-mask.ts";

/** Whether a template names a secret where one may stand: as the whole of a value. */
export function namesSecret(template: Template): boolean {
  switch (template.kind) {
    case "literal":
    case "text":
      return false;
    case "expression":
      return secretIn(template) !== undefined;
    case "array":
      return template.items.some(namesSecret);
    case "object":
      return Object.values(template.entries).some(namesSecret);
  }
}

/**
 * What an agent gets: a rendered value with secrets where its template names them. The template says where, and not the
 * marks in the value: data from outside may hold text that looks like one.
 */
export function revealSecrets(template: Template, rendered: JsonValue, secrets: Secrets): JsonValue {
  switch (template.kind) {
    case "literal":
    case "text":
      return rendered;
    case "expression": {
      const name = secretIn(template);
      return name === undefined ? rendered : (secrets[name] ?? rendered);
    }
    case "array":
      if (typeof rendered !== "object" || rendered === null || !isArray(rendered)) return rendered;
      return template.items.map((item, index) => revealSecrets(item, rendered[index] ?? null, secrets));
    case "object":
      if (!isJsonObject(rendered)) return rendered;
      return Object.fromEntries(
        Object.entries(template.entries).map(([key, entry]) => [
          key,
          revealSecrets(entry, rendered[key] ?? null, secrets),
        ]),
      );
  }
}

function secretIn({ expression }: Extract<Template, { kind: "expression" }>): string | undefined {
  if (expression.kind !== "reference" || expression.root !== "secrets") return undefined;
  const [name] = expression.path;
  return typeof name === "string" && expression.path.length === 1 ? name : undefined;
}
