import type { ArgumentsDef } from "./argument.ts";

/** What whoever runs workflows lets them have. Without these they see nothing of the process. */
export const operatorArguments = {
  env: {
    type: "string",
    repeatable: true,
    valueHint: "NAME[=value]",
    description: "an environment variable that workflows may read as env.NAME; it is recorded with each run",
    group: "Operator",
    setting: "env",
  },
  secret: {
    type: "string",
    repeatable: true,
    valueHint: "name=VARIABLE",
    description: "a secret that workflows may hand to agents, and the environment variable that holds it",
    group: "Operator",
    setting: "secrets.variables",
  },
  "secrets-file": {
    type: "string",
    valueHint: "file",
    description: "secrets as a JSON object, or as lines NAME=value; nobody else may read the file",
    group: "Operator",
    setting: "secrets.file",
  },
  "secrets-dir": {
    type: "string",
    valueHint: "folder",
    description: "secrets as Docker and Kubernetes mount them, one file each",
    group: "Operator",
    setting: "secrets.dir",
  },
  "env-file": {
    type: "string",
    valueHint: "file",
    description: "adds to the environment; default .env of the project, false for none",
    group: "Operator",
    setting: "envFile",
  },
  "max-concurrency": {
    type: "string",
    valueHint: "number",
    description: "steps at once over all executions, default 10",
    group: "Operator",
    setting: "maxConcurrency",
  },
} as const satisfies ArgumentsDef;

export interface OperatorValues {
  readonly env: readonly string[];
  readonly secret: readonly string[];
  readonly "secrets-file": string | undefined;
  readonly "secrets-dir": string | undefined;
  readonly "max-concurrency": string | undefined;
}
