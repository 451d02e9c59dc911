import { usageError } from "../cli-error.ts";
import { isConfigured } from "../config/is-configured.ts";
import type { CliContext } from "../context.ts";
import { isOn } from "../terminal.ts";

export interface PlaceValues {
  readonly local: boolean;
  readonly detach: boolean;
}

/**
 * Whether a run belongs to the project's server. `--local` and `--detach` decide; else `CI` and the setting `server.auto` may
 * keep it in this process.
 */
export async function serverIsWanted({ local, detach }: PlaceValues, context: CliContext): Promise<boolean> {
  if (local && detach) {
    throw usageError('Cannot use "--local" with "--detach": this process would have to stay', "keep one of them");
  }
  if (local || detach) return detach;
  return !isOn(context.env["CI"]) && (await isAuto(context));
}

/** Where nothing is configured nothing need be loaded to know it. */
async function isAuto(context: CliContext): Promise<boolean> {
  if (!(await isConfigured(context))) return true;
  const { resolveSettings } = await import("../config/resolve-settings.ts");
  return (await resolveSettings({}, context)).get("server.auto");
}
