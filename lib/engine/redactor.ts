import { eachItem, pathTo, redact, sensitivePaths, type SensitivePath } from "../agents/sensitive.ts";
import type { AnyAgent, Schema } from "../agents/agent.ts";
import { mapValues } from "../journal/display.ts";
import type { JsonValue } from "../json.ts";
import type { JournalEntry } from "./events.ts";
import { isMapped } from "./items.ts";
import type { Plan, PlannedStep } from "./plan.ts";

/** Hides what schemas mark `"x-sensitive": true`, and what steps say of their output, from everything that shows an execution. */
export interface Redactor {
  input(value: JsonValue): JsonValue;
  stepOutput(step: number, value: JsonValue): JsonValue;
  /** The same entries when nothing in them is sensitive. */
  entries(entries: readonly JournalEntry[]): readonly JournalEntry[];
}

/** Which agents a step calls. */
interface Called {
  readonly call: { readonly agent: AnyAgent } | undefined;
  readonly compensation: { readonly agent: AnyAgent } | undefined;
}

/** Reads the annotations once. A workflow without any costs nothing later. */
export function createRedactor(plan: Plan, steps: readonly Called[]): Redactor {
  const workflowInput = pathsOf(plan.workflow.input);
  const inputs = steps.map(({ call }) => pathsOf(call?.agent.input));
  const outputs = steps.map(({ call }, step) => [...pathsOf(call?.agent.output), ...declaredPaths(plan.steps[step])]);
  const undoInputs = steps.map(({ compensation }) => pathsOf(compensation?.agent.input));
  const undoOutputs = steps.map(({ compensation }) => pathsOf(compensation?.agent.output));
  const isNeeded = [workflowInput, ...inputs, ...outputs, ...undoInputs, ...undoOutputs].some(
    (paths) => paths.length > 0,
  );
  return {
    input: (value) => redact(value, workflowInput),
    stepOutput: (step, value) => redact(value, wholeOutputs(step)),
    entries: (entries) => (isNeeded ? entries.map(redactEntry) : entries),
  };

  function redactEntry(entry: JournalEntry): JournalEntry {
    const paths = pathsFor(entry.event);
    if (paths.length === 0) return entry;
    const event = mapValues(entry.event, (value) => redact(value, paths));
    return event === entry.event ? entry : { ...entry, event };
  }

  function pathsFor(event: JournalEntry["event"]): readonly SensitivePath[] {
    if (event.type === "execution.created") return workflowInput;
    const step = "stepId" in event ? (plan.indexOf.get(event.stepId ?? "") ?? -1) : -1;
    switch (event.type) {
      case "step.started":
      case "item.started":
        return inputs[step] ?? [];
      case "item.completed":
      case "iteration.completed":
        return outputs[step] ?? [];
      case "step.completed":
        return wholeOutputs(step);
      case "step.recovered":
        return wholeOutputs(plan.indexOf.get(event.fallbackStepId) ?? -1);
      case "compensation.started":
        return undoInputs[step] ?? [];
      case "compensation.completed":
        return undoOutputs[step] ?? [];
      default:
        return [];
    }
  }

  /** A step with `forEach` gives an array of what its agent gives. */
  function wholeOutputs(step: number): readonly SensitivePath[] {
    const paths = outputs[step] ?? [];
    const planned = plan.steps[step];
    return paths.length > 0 && planned !== undefined && isMapped(planned) ? [eachItem(paths)] : paths;
  }

  /** A fallback's output stands in for that of its owner, so it hides what the owner hides. */
  function declaredPaths(planned: PlannedStep | undefined): readonly SensitivePath[] {
    if (planned === undefined) return [];
    const { step, fallbackOwner } = planned;
    const output = step.kind === "wait" ? undefined : step.output;
    const ownersPaths = fallbackOwner === undefined ? [] : declaredPaths(plan.steps[fallbackOwner]);
    return [...pathsOf(output?.schema), ...(output?.redact ?? []).map(pathTo), ...ownersPaths];
  }
}

function pathsOf(schema: Schema | undefined): readonly SensitivePath[] {
  return schema === undefined ? [] : sensitivePaths(schema);
}
