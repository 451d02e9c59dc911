import { redact, sensitivePaths, type SensitivePath } from "../agents/sensitive.ts";
import type { AnyAgent } from "../agents/agent.ts";
import { mapValues } from "../journal/display.ts";
import type { JsonValue } from "../json.ts";
import type { JournalEntry } from "./events.ts";
import type { Plan } from "./plan.ts";

/** Hides what schemas mark `"x-sensitive": true` from everything that shows an execution. */
export interface Redactor {
  input(value: JsonValue): JsonValue;
  stepOutput(step: number, value: JsonValue): JsonValue;
  /** The same entries when nothing in them is sensitive. */
  entries(entries: readonly JournalEntry[]): readonly JournalEntry[];
}

/** Reads the annotations once. A workflow without any costs nothing later. */
export function createRedactor(plan: Plan, agents: readonly AnyAgent[]): Redactor {
  const workflowInput = plan.workflow.input === undefined ? [] : sensitivePaths(plan.workflow.input);
  const inputs = agents.map(({ input }) => (input === undefined ? [] : sensitivePaths(input)));
  const outputs = agents.map(({ output }) => (output === undefined ? [] : sensitivePaths(output)));
  const isNeeded = [workflowInput, ...inputs, ...outputs].some((paths) => paths.length > 0);
  return {
    input: (value) => redact(value, workflowInput),
    stepOutput: (step, value) => redact(value, outputs[step] ?? []),
    entries: (entries) => (isNeeded ? entries.map(redactEntry) : entries),
  };

  function redactEntry(entry: JournalEntry): JournalEntry {
    const paths = pathsFor(entry.event);
    if (paths.length === 0) return entry;
    const event = mapValues(entry.event, (value) => redact(value, paths));
    return event === entry.event ? entry : { ...entry, event };
  }

  function pathsFor(event: JournalEntry["event"]): readonly SensitivePath[] {
    switch (event.type) {
      case "execution.created":
        return workflowInput;
      case "step.started":
        return inputs[plan.indexOf.get(event.stepId) ?? -1] ?? [];
      case "step.completed":
        return outputs[plan.indexOf.get(event.stepId) ?? -1] ?? [];
      case "step.recovered":
        return outputs[plan.indexOf.get(event.fallbackStepId) ?? -1] ?? [];
      default:
        return [];
    }
  }
}
