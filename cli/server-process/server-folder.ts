import { realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { CliContext } from "../context.ts";
import { stateFolder, type StateValues } from "../journal/state-folder.ts";

/** The state folder under its one true name, since a project has one server however its folder is reached. */
export async function serverFolder(values: StateValues, context: Pick<CliContext, "cwd">): Promise<string> {
  const folder = await stateFolder(values, context);
  return await realpath(folder).catch(() => ofAbsent(folder));
}

/** It gets its true name from the folder that it will be in. */
async function ofAbsent(folder: string): Promise<string> {
  const parent = dirname(folder);
  return join(await realpath(parent).catch(() => parent), basename(folder));
}

/** Held by a server as long as it lives. */
export function serverLock(folder: string): string {
  return join(folder, "server.lock");
}

/** Held by whoever starts or replaces a server, until it answers. */
export function startLock(folder: string): string {
  return join(folder, "server-start.lock");
}

export function serverLog(folder: string): string {
  return join(folder, "server.log");
}
