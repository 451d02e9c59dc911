import type { CheckContext } from "./check-context.ts";
import type { LocatedReference } from "./located-reference.ts";
import { quoted } from "./problem.ts";
import { referencePlace } from "./template.ts";

/** A list of names in `context`, each of which stands for text. */
export interface DeclaredNames {
  readonly names: readonly string[];
  /** What one of them is called in a message. */
  readonly what: string;
  /** Where they are declared. */
  readonly list: string;
}

/** Reports a reference that names nothing declared, or goes on behind the name. */
export function checkDeclared(
  context: CheckContext,
  located: LocatedReference,
  { names, what, list }: DeclaredNames,
): void {
  const { root, path } = located.reference;
  const [name] = path;
  if (name === undefined) {
    const message = `${quoted(root)} itself is not a value`;
    const fix = `name a ${what}, as in "${root}.name"`;
    context.report({ code: "REFERENCE_UNKNOWN", message, fix, place: referencePlace(located) });
  } else if (typeof name === "number" || !names.includes(name)) {
    context.report({
      code: "REFERENCE_UNKNOWN",
      message: `No ${what} ${quoted(String(name))} is declared`,
      fix: context.suggest(String(name), names) ?? `declare it in "${list}"`,
      place: referencePlace(located, 0),
    });
  } else if (path.length > 1) {
    const message = `The ${what} ${quoted(name)} is text and has no parts`;
    context.report({ code: "REFERENCE_UNKNOWN", message, fix: "remove the rest", place: referencePlace(located, 1) });
  }
}
