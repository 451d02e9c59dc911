import type { ArgumentsDef } from "../argument.ts";

/** Where a command finds the journal. */
export const stateArguments = {
  "state-dir": {
    type: "string",
    valueHint: "folder",
    description: "where journal.db is, default .orchestr8 of the project",
    group: "Journal",
    setting: "stateDir",
  },
} as const satisfies ArgumentsDef;

/** Where a command keeps the journal, and how well. */
export const durabilityArguments = {
  ...stateArguments,
  durability: {
    type: "enum",
    options: ["full", "fast", "memory"],
    description: "full (default) survives loss of power, fast a crash of the process, memory neither",
    group: "Journal",
    setting: "durability",
  },
} as const satisfies ArgumentsDef;
