import type { Expression, Template } from "../../lib/workflow.ts";
import { type Branch, demand, inferBranches, type Inference, typeOfBranches } from "./infer-expression.ts";
import { scalarKinds, type StaticType, stringType, unknown } from "./static-type.ts";
import { listType, recordType, valueType } from "./value-type.ts";

/** What is known of the parts of a template. */
export interface TemplateTypes {
  typeOf(part: Template): StaticType;
  /** What an expression gives, branch by branch. */
  branchesOf(expression: Expression): readonly Branch[];
}

/** Infers every part of a template once, and reports what can only fail in it. */
export function inferTemplate(template: Template, inference: Inference): TemplateTypes {
  const types = new InferredTemplate(inference);
  types.infer(template);
  return types;
}

class InferredTemplate implements TemplateTypes {
  readonly #inference: Inference;
  readonly #types = new Map<Template, StaticType>();
  readonly #branches = new Map<Expression, readonly Branch[]>();

  constructor(inference: Inference) {
    this.#inference = inference;
  }

  typeOf(part: Template): StaticType {
    return this.#types.get(part) ?? unknown;
  }

  branchesOf(expression: Expression): readonly Branch[] {
    return this.#branches.get(expression) ?? [];
  }

  infer(template: Template): void {
    this.#types.set(template, this.#read(template));
  }

  #read(template: Template): StaticType {
    switch (template.kind) {
      case "literal":
        return valueType(template.value);
      case "expression": {
        const branches = inferBranches(template.expression, this.#inference);
        this.#branches.set(template.expression, branches);
        return typeOfBranches(branches);
      }
      case "text":
        for (const part of template.parts) if (typeof part !== "string") inferScalar(part, this.#inference);
        return stringType;
      case "array": {
        const { items } = template;
        for (const item of items) this.infer(item);
        return listType(items.length, (index) => this.#child(items[index]));
      }
      case "object": {
        const { entries } = template;
        for (const entry of Object.values(entries)) this.infer(entry);
        return recordType(Object.keys(entries), (key) => this.#child(entries[key]));
      }
    }
  }

  #child(part: Template | undefined): StaticType {
    return part === undefined ? unknown : this.typeOf(part);
  }
}

/** Infers an expression that stands inside longer text, or where a text is made of it. */
export function inferScalar(expression: Expression, inference: Inference): void {
  demand(expression, scalarKinds, inference, (given) => ({
    message: `In text must be a string, number or boolean, and this gives ${given}`,
    fix: "use json(…), or name a part of it",
  }));
}
