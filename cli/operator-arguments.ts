import type { ArgumentsDef } from "./argument.ts";

/** What whoever runs workflows lets them have. Without these they see nothing of the process. */
export const operatorArguments = {
  env: {
    type: "string",
    repeatable: true,
    valueHint: "NAME[=value]",
    description: "an environment variable that workflows may read as env.NAME; it is recorded with each run",
    group: "Operator",
  },
  secret: {
    type: "string",
    repeatable: true,
    valueHint: "name=VARIABLE",
    description: "a secret that workflows may hand to agents, and the environment variable that holds it",
    group: "Operator",
  },
} as const satisfies ArgumentsDef;

export interface OperatorValues {
  readonly env: readonly string[];
  readonly secret: readonly string[];
}
