import type { Absence } from "./absence.ts";
import type { AgentLookup } from "./agent-lookup.ts";
import type { CheckContext } from "./check-context.ts";
import { quoted } from "./problem.ts";
import { type SchemaPlace, schemaPath } from "./schema-path.ts";
import type { StepSource } from "./step-source.ts";
import type { LocatedReference } from "./located-reference.ts";
import { referencePlace } from "./template.ts";

/** What a reference is checked in: the document, and the step that holds it unless it is the workflow's own. */
export interface ReferenceContext extends CheckContext {
  readonly lookup: AgentLookup;
  readonly absence: Absence;
  readonly reader: StepSource | undefined;
  /** Steps whose absence the reader's condition deals with. */
  readonly guarded: ReadonlySet<string>;
}

/** Reports what a schema says against a path from `from` on. `owner` names whose schema it is. */
export function reportPath(
  context: ReferenceContext,
  located: LocatedReference,
  schema: SchemaPlace,
  from: number,
  owner: string,
): void {
  const { reference, isOptional } = located;
  const found = schemaPath(schema, reference.path, from);
  if (found.kind === "excluded" && !(found.isOpen && isOptional)) {
    const key = String(reference.path[found.at]);
    const message = `The schema of ${owner} has no ${quoted(key)}`;
    const fix = context.suggest(key, found.known);
    context.report({ code: "REFERENCE_EXCLUDED", message, fix, place: referencePlace(located, found.at) });
  }
  if (found.kind === "optional" && !isOptional) {
    context.report({
      code: "REFERENCE_MAY_BE_ABSENT",
      severity: "warning",
      message: `The schema of ${owner} does not require this value`,
      fix: 'add a default with "??"',
      place: referencePlace(located),
    });
  }
}
