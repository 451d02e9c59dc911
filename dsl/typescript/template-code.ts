import type { Expression, Template } from "../../lib/workflow.ts";
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
  const roots = new Set(referencesIn(template).map(({ root }) => root));
  if (roots.has("index")) return functionCode(["item", "index"], template, scope);
  return roots.has("item") ? functionCode(["item"], template, scope) : templateCode(template, scope);
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
  const roots = new Set(referencesIn(until).map(({ root }) => root));
  const parameters = roots.has("index")
    ? ["output", "item", "index"]
    : roots.has("item")
      ? ["output", "item"]
      : ["output"];
  const used = roots.has("output") || parameters.length > 1 ? parameters : [];
  return arrow(used, new Code(expressionCode(until, withParameters(scope, used))));
}

function functionCode(parameters: readonly string[], template: Template, scope: PrintScope): Code {
  return arrow(parameters, templateCode(template, withParameters(scope, parameters)));
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
