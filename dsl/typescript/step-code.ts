import type { AgentReference, AgentStep, Step, WaitStep, WorkflowReference, WorkflowStep } from "../../lib/workflow.ts";
import { stepOrderedDependencies } from "../canonical.ts";
import { printOutputPath } from "../output-path.ts";
import { duration, printStepPolicies, printWait } from "../print.ts";
import { Code, dataCode } from "./code.ts";
import { expressionCode } from "./expression-code.ts";
import { importedAgents } from "./names.ts";
import { handleOf, type PrintScope, use } from "./print-scope.ts";
import { perItemCode, templateCode, undoCode, untilCode } from "./template-code.ts";

/** The call that adds a step, without the variable that may hold its handle. */
export function stepCode(step: Step, scope: PrintScope): Code {
  const name = step.kind === "wait" ? "wait" : "step";
  scope.context?.add(name);
  const options = step.kind === "wait" ? waitOptions(step, scope) : callOptions(step, scope);
  return dataCode(options).within(`${name}(${JSON.stringify(step.id)}, `, ")");
}

function waitOptions(step: WaitStep, scope: PrintScope): object {
  return {
    ...labels(step),
    ...printWait(step.wait, (time) => templateCode(time, scope)),
    ...flow(step, scope),
  };
}

/** `forEach` comes before what may be a function of the item, so that the compiler knows its type there. */
function callOptions(step: AgentStep | WorkflowStep, scope: PrintScope): object {
  const { forEach, repeat, output, compensate } = step;
  return {
    ...labels(step),
    ...(step.kind === "agent" ? agentOptions(step.agent, scope) : { workflow: childCode(step.workflow, scope) }),
    forEach: forEach && {
      items: forEach.items.kind === "value" ? forEach.items.value : new Code(expressionCode(forEach.items, scope)),
      maxConcurrency: forEach.maxConcurrency,
    },
    ...(step.kind === "agent" && { config: step.agent.config && perItemCode(step.agent.config, scope) }),
    input: perItemCode(step.input, scope),
    ...flow(step, scope),
    output: output && { schema: output.schema, redact: output.redact?.map(printOutputPath) },
    repeat: repeat && {
      until: untilCode(repeat.until, scope),
      maxIterations: repeat.maxIterations,
      delay: duration(repeat.delayMs),
    },
    compensate: compensate && {
      ...agentOptions(compensate.agent, scope),
      config: compensate.agent.config && undoCode(compensate.agent.config, step.id, scope),
      input: undoCode(compensate.input, step.id, scope),
    },
    policies: printStepPolicies(step.policies, (target) => perItemCode(target, scope)),
  };
}

/** A file is read again where the module stands, so the module has to stand beside the file it was printed from. */
function childCode(reference: WorkflowReference, scope: PrintScope): string | Code {
  if (!("definition" in reference)) return reference.id;
  return new Code(`${use(scope, "workflowFile")}(${JSON.stringify(reference.file)}, import.meta.url)`);
}

function labels({ name, description }: Step): object {
  return { name, description };
}

/** When the step runs, and what its failure means. */
function flow(step: Step, scope: PrintScope): object {
  const { condition, onError, fallbackStepId } = step;
  const isDefault = onError === "fail" || onError === "fallback";
  return {
    dependsOn: dependsOn(step, scope),
    condition: condition && new Code(expressionCode(condition, scope)),
    onError: isDefault ? undefined : onError,
    fallback: fallbackStepId === undefined ? undefined : stepName(fallbackStepId, scope),
  };
}

/** Only what no reference says. */
function dependsOn(step: Step, scope: PrintScope): readonly Code[] | undefined {
  const implied = stepOrderedDependencies({ ...step, dependencies: [] }, new Map());
  const declared = step.dependencies.filter((id) => !implied.includes(id));
  return declared.length === 0 ? undefined : declared.map((id) => stepName(id, scope));
}

function stepName(id: string, scope: PrintScope): Code {
  return new Code(handleOf(scope, id) ?? JSON.stringify(id));
}

function agentOptions({ id, version }: AgentReference, scope: PrintScope): object {
  const imported = importedAgents.get(id);
  return { agent: imported === undefined ? id : new Code(use(scope, imported)), version };
}
