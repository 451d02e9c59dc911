import type { ArgumentsDef } from "./argument.ts";

/** How long what a command runs may take. */
export const timeoutArgument = {
  timeout: {
    type: "string",
    valueHint: "duration",
    description: 'cancel it after, such as "30s"',
    group: "Run",
    setting: "timeout",
  },
} as const satisfies ArgumentsDef;
