import type { Reference, Step, Template } from "../lib/workflow.ts";
import { nearest } from "./nearest.ts";
import { referencesIn } from "./references-in.ts";
import { agentTemplates, wholeSecrets } from "./secret-places.ts";
import { seesRoot, stepParts } from "./step-parts.ts";

/** The names that a definition declares, and that its references may name. */
export interface DeclaredRoots {
  readonly env: readonly string[];
  readonly secrets: readonly string[];
}

/**
 * Refuses a reference that was carried to where it stands for nothing: an item or an output out of the function that got
 * it, a secret to where it would be recorded.
 */
export function withReferencesInPlace<S extends Step>(step: S, declared: DeclaredRoots): S {
  const hasForEach = step.kind !== "wait" && step.forEach !== undefined;
  const secrets = wholeSecrets(agentTemplates(step));
  for (const [part, content] of stepParts(step)) {
    for (const reference of referencesIn(content)) {
      if (!seesRoot(part, reference.root, hasForEach)) throw misplaced(reference);
      if (reference.root === "secrets" && !secrets.has(reference)) throw misplacedSecret();
      requireDeclared(reference, declared);
    }
  }
  return step;
}

/** The same for a template of the whole workflow. */
export function withoutLocals(template: Template, declared: DeclaredRoots): Template {
  for (const reference of referencesIn(template)) {
    const { root } = reference;
    if (root === "item" || root === "index" || root === "output") throw misplaced(reference);
    if (root === "secrets") throw misplacedSecret();
    requireDeclared(reference, declared);
  }
  return template;
}

function requireDeclared({ root, path: [name] }: Reference, declared: DeclaredRoots): void {
  if (root !== "env" && root !== "secrets") return;
  if (typeof name === "string" && declared[root].includes(name)) return;
  if (name === undefined) throw new TypeError(`"${root}" itself is not a value: name one of its fields`);
  const near = nearest(String(name), declared[root]);
  const fix = near === undefined ? `add it to "${root === "env" ? "environment" : root}"` : `did you mean "${near}"?`;
  throw new TypeError(`it reads ${root}["${name}"], which is not declared: ${fix}`);
}

function misplaced({ root }: Reference): TypeError {
  return new TypeError(`"${root}" stands for something only in the function that gets it`);
}

function misplacedSecret(): TypeError {
  return new TypeError("a secret can only be the whole of a value in the input or config of an agent");
}
