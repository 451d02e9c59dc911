import { type AgentChecks, type Check, createOutputCheck } from "../agents/validate.ts";
import type { Step } from "../workflow.ts";
import { ChildResult } from "./child-result.ts";

/** What an agent's schemas ask for, and after that what the step says of its output. */
export function withOutputCheck(step: Step, checks: AgentChecks): AgentChecks {
  const schema = step.kind === "wait" ? undefined : step.output?.schema;
  if (schema === undefined) return checks;
  const own = ofChildToo(createOutputCheck(schema, `Cannot complete step "${step.id}": its output`));
  const { output: first } = checks;
  if (first === undefined) return { ...checks, output: own };
  return {
    ...checks,
    output(value) {
      const checked = first(value);
      return checked instanceof Promise ? checked.then(own) : own(checked);
    },
  };
}

/** A child's output comes with what the child used up. */
function ofChildToo(check: Check): Check {
  return (value) => {
    if (!(value instanceof ChildResult)) return check(value);
    check(value.output);
    return value;
  };
}
