import type { Expression, ReferenceRoot, Template } from "../../lib/workflow.ts";
import { referencesIn } from "../references-in.ts";
import { arrayCode, Code, dataCode, objectCode } from "./code.ts";
import { expressionCode } from "./expression-code.ts";
import { type PrintScope, use, withParameters } from "./print-scope.ts";

/** A template as `defineWorkflow()` takes it: data with references in it. */
export function templateCode(template: Template, scope: PrintScope): Code {
  switch (template.kind) {
    case "literal":
      return dataCode(template.value);
    case "expression":
      return new Code(expressionCode(template.expression, scope));
    case "text":
      return new Code(textCode(template.parts, scope));
    case "array":
      return arrayCode(template.items.map((item) => templateCode(item, scope)));
    case "object":
      return objectCode(Object.entries(template.entries).map(([key, entry]) => [key, templateCode(entry, scope)]));
  }
}

/** As {@link templateCode}, and as a function of the item where the template reads one. */
export function perItemCode(template: Template, scope: PrintScope): Code {
  const parameters = parametersOf(template, ["item", "index"]);
  if (parameters.length === 0) return templateCode(template, scope);
  return arrow(parameters, templateCode(template, withParameters(scope, parameters)));
}

/** As {@link templateCode}, and as a function of the step's own output where the template reads it. */
export function undoCode(template: Template, stepId: string, scope: PrintScope): Code {
  const readsOwn = referencesIn(template).some(
    ({ root, path }) => root === "steps" && path[0] === stepId && path[1] === "output",
  );
  if (!readsOwn) return templateCode(template, scope);
  const parameters = new Map([[`steps.${stepId}`, "output"]]);
  return arrow(["output"], templateCode(template, { ...scope, parameters }));
}

/** A condition to repeat, as the function that gets the output and, with items, the item. */
export function untilCode(until: Expression, scope: PrintScope): Code {
  const parameters = parametersOf(until, ["output", "item", "index"]);
  return arrow(parameters, new Code(expressionCode(until, withParameters(scope, parameters))));
}

/** Those up to the last that is read. One that only stands before it is marked as unused. */
function parametersOf(content: Template | Expression, given: readonly ReferenceRoot[]): readonly string[] {
  const roots = new Set(referencesIn(content).map(({ root }) => root));
  const last = given.findLastIndex((root) => roots.has(root));
  return given.slice(0, last + 1).map((root) => (roots.has(root) ? root : `_${root}`));
}

function arrow(parameters: readonly string[], body: Code): Code {
  const head = `(${parameters.join(", ")}) => `;
  return body.head.startsWith("{") ? body.within(`${head}(`, ")") : body.within(head);
}

function textCode(parts: readonly (string | Expression)[], scope: PrintScope): string {
  const inner = parts.map((part) => (typeof part === "string" ? escaped(part) : `\${${expressionCode(part, scope)}}`));
  return `${use(scope, "text")}\`${inner.join("")}\``;
}

/** Control characters are spelled out: a line end in a template would not keep what kind it is. */
function escaped(text: string): string {
  const quoted = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
  return quoted.replaceAll("`", "\\`").replaceAll("${", "\\${");
}
