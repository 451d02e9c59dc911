import type { EngineOptions } from "../../engine/engine.ts";
import { withFileWorkflows } from "../../workflow-reference.ts";
import type { Workflow } from "../../workflow.ts";

/** The operator of a simulated world: every variable and secret that a workflow declares has a value that says what it is. */
export function simulatedOperator(workflows: readonly Workflow[]): Pick<EngineOptions, "environment" | "secrets"> {
  const names = workflows.flatMap(withFileWorkflows).flatMap(({ environment = [] }) => environment);
  return {
    environment: Object.fromEntries(names.map((name) => [name, `simulated ${name}`])),
    secrets: (name) => `simulated secret ${name}`,
  };
}
