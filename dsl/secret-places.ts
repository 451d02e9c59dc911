import type { Reference, Step, Template } from "../lib/workflow.ts";

/** The references to secrets that are the whole of a value in one of these templates. */
export function wholeSecrets(templates: readonly (Template | undefined)[]): ReadonlySet<Reference> {
  const found = new Set<Reference>();
  for (const template of templates) if (template !== undefined) collect(template, found);
  return found;
}

/** The templates of a step that give something to an agent, and so may name secrets. */
export function agentTemplates(step: Step): readonly (Template | undefined)[] {
  if (step.kind === "wait") return [];
  const undo = [step.compensate?.input, step.compensate?.agent.config];
  return step.kind === "agent" ? [step.input, step.agent.config, ...undo] : undo;
}

function collect(template: Template, found: Set<Reference>): void {
  switch (template.kind) {
    case "literal":
    case "text":
      return;
    case "expression":
      if (template.expression.kind === "reference" && template.expression.root === "secrets") {
        found.add(template.expression);
      }
      return;
    case "array":
      for (const item of template.items) collect(item, found);
      return;
    case "object":
      for (const entry of Object.values(template.entries)) collect(entry, found);
  }
}
