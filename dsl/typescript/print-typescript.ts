import type { Template, Workflow } from "../../lib/workflow.ts";
import { printWorkflowPolicies } from "../print.ts";
import { Code, dataCode, indent, layOut, objectCode } from "./code.ts";
import { packageName } from "./names.ts";
import { createPrintScope, type PrintScope, stepScopes } from "./print-scope.ts";
import { stepCode } from "./step-code.ts";
import { templateCode } from "./template-code.ts";

/**
 * A workflow as a TypeScript module whose default export is its `defineWorkflow()`. The module gives an equal AST. An agent
 * that the package does not export is named by its id, also one that was a function of another module; the file of a child is
 * read from where the module stands, so it belongs beside the workflow that it was printed from.
 */
export function printTypeScript(workflow: Workflow): string {
  const module = createPrintScope();
  const options = printOptions(workflow, module);
  const steps = printSteps(workflow, module);
  const call = objectCode([...options, ["steps", steps]], "broken").within("export default defineWorkflow(", ");");
  const imports = dataCode([...module.imports].toSorted().map((name) => new Code(name)));
  const importList = new Code("import {", imports.members, `} from ${JSON.stringify(packageName)};`, "spaced");
  return `${layOut(importList, 0)}\n\n${layOut(call, 0)}\n`;
}

function printOptions(workflow: Workflow, module: PrintScope): (readonly [string, Code])[] {
  const { metadata, version, input, variables, environment, secrets, policies } = workflow;
  const { id, name, description, tags } = metadata;
  const options = {
    id,
    name: name === id ? undefined : name,
    description,
    tags,
    version,
    input,
    variables: Object.keys(variables).length === 0 ? undefined : variables,
    environment,
    secrets,
    policies: printWorkflowPolicies(policies, (target) => templateCode(target, module)),
  };
  return Object.entries(options).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, dataCode(value)] as const],
  );
}

/** The `steps` function. That a step has a variable is known once all code that may use it is printed. */
function printSteps({ steps, output }: Workflow, module: PrintScope): Code {
  const scopes = stepScopes(module, steps);
  const last = scopes.at(-1) ?? module;
  const calls = steps.map((step, index) => [step.id, stepCode(step, scopes[index] ?? last)] as const);
  const result = output === undefined ? undefined : returned(output, last);
  const statements = calls.map(([id, call]) =>
    last.named.has(id) ? call.within(`const ${last.handles.get(id)} = `, ";") : call.within("", ";"),
  );
  const lines = [...statements, ...(result === undefined ? [] : [result])].map((line) => indent(layOut(line, 2), 2));
  const context = [...(last.context ?? [])].toSorted();
  return new Code(`(${context.length === 0 ? "" : `{ ${context.join(", ")} }`}) => {\n${lines.join("\n")}\n  }`);
}

function returned(output: Template, scope: PrintScope): Code {
  return templateCode(output, scope).within("return ", ";");
}
