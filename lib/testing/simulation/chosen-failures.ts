import type { AnyAgent } from "../../agents/agent.ts";
import { standInFor } from "../stand-in.ts";

/** By step: how many first attempts of it fail, or what they fail with, one after the other. */
export type ChosenFailures = Readonly<Record<string, number | readonly unknown[]>>;

/** The agent, whose calls for some steps fail as a test has chosen. */
export function withFailures(agent: AnyAgent, failures: ChosenFailures): AnyAgent {
  return standInFor(agent, (input, context, signal) => {
    const { stepId, attempt } = context;
    const chosen = failures[stepId] ?? 0;
    const isNumber = typeof chosen === "number";
    if (attempt > (isNumber ? chosen : chosen.length)) return agent.execute(input, context, signal);
    throw isNumber ? new Error(`attempt ${attempt} of "${stepId}" was chosen to fail`) : chosen[attempt - 1];
  });
}
