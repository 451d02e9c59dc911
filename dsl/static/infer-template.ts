import type { Expression, Template } from "../../lib/workflow.ts";
import {
  type Branch,
  demand,
  inferBranches,
  type Inference,
  typeOfBranches,
  type TypeProblem,
} from "./infer-expression.ts";
import { scalarKinds, type StaticType, stringType, unknown } from "./static-type.ts";
import { listType, recordType, valueType } from "./value-type.ts";

/** What is known of the parts of a template. */
export interface TemplateTypes {
  typeOf(part: Template): StaticType;
  /** What an expression gives, branch by branch. */
  branchesOf(expression: Expression): readonly Branch[];
}

/**
 * Reports what can only fail in a template. Each expression is inferred once: those that may fail now, and those that
 * cannot when somebody asks what they give, which for most templates nobody does.
 */
export function inferTemplate(template: Template, inference: Inference): TemplateTypes {
  const types = new InferredTemplate(inference);
  types.check(template);
  return types;
}

class InferredTemplate implements TemplateTypes {
  readonly #inference: Inference;
  #branches: Map<Expression, readonly Branch[]> | undefined;

  constructor(inference: Inference) {
    this.#inference = inference;
  }

  check(template: Template): void {
    switch (template.kind) {
      case "literal":
        return;
      case "expression":
        if (canFail(template.expression)) this.branchesOf(template.expression);
        return;
      case "text":
        for (const part of template.parts) if (typeof part !== "string") inferScalar(part, this.#inference);
        return;
      case "array":
        for (const item of template.items) this.check(item);
        return;
      case "object":
        for (const key in template.entries) {
          const entry = template.entries[key];
          if (entry !== undefined) this.check(entry);
        }
    }
  }

  branchesOf(expression: Expression): readonly Branch[] {
    const known = (this.#branches ??= new Map<Expression, readonly Branch[]>());
    let branches = known.get(expression);
    if (branches === undefined) {
      branches = inferBranches(expression, this.#inference);
      known.set(expression, branches);
    }
    return branches;
  }

  typeOf(template: Template): StaticType {
    switch (template.kind) {
      case "literal":
        return valueType(template.value);
      case "expression":
        return typeOfBranches(this.branchesOf(template.expression));
      case "text":
        return stringType;
      case "array": {
        const { items } = template;
        return listType(items.length, (index) => this.#typeOfChild(items[index]));
      }
      case "object": {
        const { entries } = template;
        return recordType(Object.keys(entries), (key) => this.#typeOfChild(entries[key]));
      }
    }
  }

  #typeOfChild(part: Template | undefined): StaticType {
    return part === undefined ? unknown : this.typeOf(part);
  }
}

/** A reference or a constant gives what it gives, whatever that is. */
function canFail(expression: Expression): boolean {
  if (expression.kind === "default") return canFail(expression.left) || canFail(expression.right);
  return expression.kind !== "reference" && expression.kind !== "value";
}

/** Infers an expression that stands inside longer text, or where a text is made of it. */
export function inferScalar(expression: Expression, inference: Inference): void {
  demand(expression, scalarKinds, inference, noScalar);
}

function noScalar(given: string): Omit<TypeProblem, "expression"> {
  const message = `In text must be a string, number or boolean, and this gives ${given}`;
  return { message, fix: "use json(…), or name a part of it" };
}
