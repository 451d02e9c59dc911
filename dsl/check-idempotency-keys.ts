import type { JsonValue } from "../lib/json.ts";
import type { Template } from "../lib/workflow.ts";
import type { CheckContext } from "./check-context.ts";
import { referencesIn } from "./references-in.ts";
import { objectOrEmpty } from "./step-source.ts";

/** Reports keys under which whoever is called would take different calls for one. */
export function checkIdempotencyKeys({ source, report }: CheckContext): void {
  for (const { idempotencyKey, hasForEach, path, json } of source.steps) {
    const reason = idempotencyKey && reasonAgainst(idempotencyKey, hasForEach);
    if (reason === undefined || (idempotencyKey?.kind === "literal" && !isPlainText(json))) continue;
    report({ code: "IDEMPOTENCY_KEY", ...reason, place: { path: [...path, "policies", "idempotencyKey"] } });
  }
}

/** Of a broken expression nothing is left, and that is reported already, as is what is no text. */
function isPlainText(step: JsonValue): boolean {
  const { idempotencyKey } = objectOrEmpty(objectOrEmpty(step)["policies"]);
  return typeof idempotencyKey === "string" && !idempotencyKey.includes("${");
}

function reasonAgainst(
  key: Template,
  hasForEach: boolean,
): { readonly message: string; readonly fix: string } | undefined {
  const roots = new Set(referencesIn(key).map(({ root }) => root));
  if (hasForEach && !roots.has("item") && !roots.has("index")) {
    return { message: "The key is the same for all items", fix: 'add "${index}", or something of "item"' };
  }
  const differs = [...roots].some((root) => root !== "variables" && root !== "workflow" && root !== "env");
  if (differs || hasForEach) return undefined;
  return { message: "The key is the same for all executions", fix: 'add something of "input", or "${execution.id}"' };
}
