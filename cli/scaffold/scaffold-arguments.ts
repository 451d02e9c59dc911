import type { ArgumentsDef } from "../argument.ts";

/** What every command that creates files can be told. */
export const scaffoldArguments = {
  "dry-run": { type: "boolean", description: "check, and show what would be written" },
} as const satisfies ArgumentsDef;
