import type { ArgumentsDef } from "../argument.ts";

/** The execution that a command is about. */
export const executionArgument = {
  id: {
    type: "positional",
    required: true,
    completes: "execution",
    description: "an execution: its id, the beginning or end of it, latest, or latest:<status> such as latest:failed",
  },
} as const satisfies ArgumentsDef;
