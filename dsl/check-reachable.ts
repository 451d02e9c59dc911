import type { Expression } from "../lib/workflow.ts";
import type { CheckContext } from "./check-context.ts";
import type { Path } from "./problem.ts";
import { quoted } from "./problem.ts";
import type { StepSource } from "./step-source.ts";

/** Warns of steps that no run can ever get to: what they would need to run is known before, and never so. */
export function checkReachable({ source, report }: CheckContext): void {
  const warn = (message: string, fix: string, path: Path): void => {
    report({ code: "STEP_UNREACHABLE", severity: "warning", message, fix, place: { path } });
  };
  for (const step of source.steps) {
    if (step.condition !== undefined && alwaysGives(step.condition) === false) {
      warn("The step never runs: its condition is always false", "remove the step or its condition", [
        ...step.path,
        "condition",
      ]);
    }
    if (step.onError !== "fallback" || step.fallbackStepId === undefined) continue;
    const reason = neverFails(step);
    const fallback = source.stepsById.get(step.fallbackStepId);
    if (reason === undefined || fallback === undefined || fallback === step) continue;
    const message = `Step ${quoted(step.fallbackStepId)} never runs: the step it is the fallback of ${reason}`;
    warn(message, 'remove "onError" and the fallback', [...step.path, "fallbackStepId"]);
  }
}

function neverFails({ condition, isTimed, time }: StepSource): string | undefined {
  if (condition !== undefined && alwaysGives(condition) === false) return "never runs itself";
  // A time that is computed may be no time, which fails.
  return isTimed && time === undefined ? "waits for a time, which cannot fail" : undefined;
}

/** What an expression of constants gives; undefined where data decides. */
function alwaysGives(expression: Expression): boolean | undefined {
  switch (expression.kind) {
    case "value":
      return typeof expression.value === "boolean" ? expression.value : undefined;
    case "not": {
      const operand = alwaysGives(expression.operand);
      return operand === undefined ? undefined : !operand;
    }
    case "and": {
      const left = alwaysGives(expression.left);
      const right = alwaysGives(expression.right);
      return left === false || right === false ? false : left === true && right === true ? true : undefined;
    }
    case "or": {
      const left = alwaysGives(expression.left);
      const right = alwaysGives(expression.right);
      return left === true || right === true ? true : left === false && right === false ? false : undefined;
    }
    default:
      return undefined;
  }
}
