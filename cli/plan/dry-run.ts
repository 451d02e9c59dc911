import { checkWorkflowInput } from "../../lib/agents/validate.ts";
import { allowedEnvironment, environmentOf, requiredEnvironment } from "../../lib/engine/environment.ts";
import { plan } from "../../lib/engine/plan.ts";
import { SecretStore } from "../../lib/engine/secret-store.ts";
import { withFileWorkflows } from "../../lib/workflow-reference.ts";
import type { Workflow } from "../../lib/workflow.ts";
import type { CliContext } from "../context.ts";
import type { ExitCode } from "../exit.ts";
import { drawGraph } from "../graph/graph-workflow.ts";
import { loadWorkflow } from "../load.ts";
import { isJsonOutput } from "../output-arguments.ts";
import { createPaint } from "../paint.ts";
import { readInput } from "../read-input.ts";
import { type Operator, readOperator } from "../read-operator.ts";
import { renderDiagnostics } from "../render-diagnostics.ts";
import { requireWorkflow } from "../require-workflow.ts";
import { isOnStdin, type RunArguments } from "../run-arguments.ts";
import { terminalOf } from "../terminal.ts";
import { writeJson } from "../write-json.ts";
import { renderPlan } from "./render-plan.ts";
import { runPlan } from "./run-plan.ts";

/**
 * Shows what `orchestr8 run` would do with the same arguments, and finds what it would refuse: a wrong input, an agent, a
 * variable or a secret that is missing. Calls no agent and keeps nothing; a module's own code runs, as it defines the workflow.
 */
export async function dryRun(values: RunArguments, context: CliContext): Promise<ExitCode> {
  const operator = await readOperator(values, context);
  const given = await readInput(
    { pairs: values.input, file: values["input-file"], isOnStdin: isOnStdin(values.stdin) },
    context,
  );
  const loaded = await loadWorkflow(values.file, context);
  const workflow = requireWorkflow("run", values.file, loaded);
  const { agents, workflows, diagnostics, text, texts } = loaded;
  const input = workflow.input === undefined ? given : checkWorkflowInput(workflow.metadata.id, workflow.input, given);
  await checkOperator(workflow, operator);
  const planned = runPlan({ workflow, input, agents, workflows });
  if (isJsonOutput(values)) writeJson(context.stdout, planned);
  else {
    context.stderr.write(renderDiagnostics(diagnostics, text, context, texts));
    const drawing = await drawGraph(planned.graph, "text", context);
    const paint = createPaint(terminalOf(context.stdout, context.env).hasColours);
    context.stdout.write(renderPlan(planned, drawing, paint));
  }
  return 0;
}

/** @throws {ValidationError} when the workflow reads what it would not be given. */
async function checkOperator(workflow: Workflow, { environment, secrets }: Operator): Promise<void> {
  environmentOf(workflow, requiredEnvironment(workflow), allowedEnvironment(environment));
  const secretNames = [...new Set(withFileWorkflows(workflow).flatMap(({ secrets: names = [] }) => names))];
  await new SecretStore(secrets).secretsOf({ plan: plan(workflow), secretNames });
}
