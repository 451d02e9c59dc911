import { usageError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import { isOn } from "../terminal.ts";

export interface PlaceValues {
  readonly local: boolean;
  readonly detach: boolean;
}

/**
 * Whether a run belongs to the project's server. `--local` and `--detach` decide; else `CI` and
 * `ORCHESTR8_SERVER_AUTO=false` keep it in this process.
 */
export function serverIsWanted({ local, detach }: PlaceValues, { env }: Pick<CliContext, "env">): boolean {
  if (local && detach) {
    throw usageError('Cannot use "--local" with "--detach": this process would have to stay', "keep one of them");
  }
  if (local || detach) return detach;
  const auto = env["ORCHESTR8_SERVER_AUTO"];
  return !isOn(env["CI"]) && (auto === undefined || isOn(auto));
}

/** Whether a run names a workflow of the server's instead of a file. */
export function isWorkflowId(text: string): boolean {
  return !/[/\\]|\.(?:json|[cm]?[jt]sx?)$/.test(text);
}
