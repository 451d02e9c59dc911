import type { JsonValue } from "../../lib/json.ts";
import type { StateValues } from "../journal/state-folder.ts";
import type { ServerRun } from "./run-on-server.ts";

/** A run that a server may do. */
export interface ServerTry {
  readonly values: ServerRun["values"] & StateValues & OwnValues;
  /** Those of the command line alone: what is configured is so for the server, too. */
  readonly typed: OwnValues;
  /** Of the workflow. */
  readonly file: string;
  readonly input: JsonValue;
  readonly timeoutMs: number | undefined;
}

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
export function flagForHere({ durability }: OwnValues, typed: OwnValues): string | undefined {
  const flag = ownFlags.find((name) => isGiven(typed[name]));
  if (flag !== undefined) return `--${flag}`;
  return durability === "memory" ? "--durability memory" : undefined;
}

function isGiven(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
}
