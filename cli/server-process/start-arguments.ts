import type { ArgumentsDef } from "../argument.ts";

/** What is said of a project's server beside how it is reached. */
export const startArguments = {
  idle: {
    type: "string",
    valueHint: "duration",
    description:
      'end it when nothing runs and nobody has used it for so long, such as "15m"; default: never, and 15m for one that run starts',
  },
  durability: {
    type: "enum",
    options: ["full", "fast"],
    description: "full (default) survives loss of power, fast a crash of the process",
    group: "Journal",
    setting: "durability",
  },
} as const satisfies ArgumentsDef;
