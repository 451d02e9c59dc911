import { fileURLToPath } from "node:url";
import { type AgentSetup, type AnyAgent, fileAgent } from "orchestr8";

/** An agent whose configuration is given here, for runs whose operator gives none: from the command line and over HTTP. */
function configured<A extends AnyAgent>(agent: A, id: string, config: object): A {
  return { ...agent, id, config: undefined, setup: (given: AgentSetup) => agent.setup?.({ ...given, config }) };
}

/** `@orchestr8/file`, for the files of one folder. */
export function filesIn(root: string): typeof fileAgent {
  return configured(fileAgent, "@data-pipeline/files", {
    root,
    write: true,
    hidden: false,
    maxBytes: 1_000_000,
    mode: "0644",
  });
}

export const files = filesIn(fileURLToPath(new URL("..", import.meta.url)));
