import { withBuiltIns } from "../../lib/agents/with-built-ins.ts";
import { withFileWorkflows } from "../../lib/workflow-reference.ts";
import type { Workflow } from "../../lib/workflow.ts";
import type { StartRequest } from "../../server/client/client.ts";
import type { LoadedFile } from "../load.ts";

/** Flags of `run` that a server, which was started with its own, cannot follow. */
const ownFlags = [
  "durability",
  "journal",
  "reuse",
  "idempotency-key",
  "verbose",
  "env",
  "secret",
  "secrets-file",
  "secrets-dir",
  "max-concurrency",
] as const;

export type OwnValues = Readonly<Record<(typeof ownFlags)[number], unknown>>;

/** The first flag that keeps a run in this process. */
export function flagForHere(values: OwnValues): string | undefined {
  const flag = ownFlags.find((name) => isGiven(values[name]));
  return flag === undefined ? undefined : `--${flag}`;
}

function isGiven(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
}

/** What may be sent to any server of this version: a file that means the same wherever it is read. */
export function requestOfFile(loaded: LoadedFile, workflow: Workflow): StartRequest | undefined {
  const isAlone = loaded.origin === undefined && withFileWorkflows(workflow).length === 1;
  return isAlone && callsBuiltIns(workflow) ? { source: loaded.text } : undefined;
}

function callsBuiltIns({ steps }: Workflow): boolean {
  const builtIns = withBuiltIns([]);
  return steps.every((step) => {
    if (step.kind === "wait") return true;
    const agents = [
      ...(step.kind === "agent" ? [step.agent] : []),
      ...(step.compensate ? [step.compensate.agent] : []),
    ];
    return step.kind === "agent" && agents.every(({ id }) => builtIns.find(id) !== undefined);
  });
}
