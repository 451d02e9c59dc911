import { CliError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import type { ExitCode } from "../exit.ts";
import { createMessages } from "../messages.ts";
import { ensureServer } from "./ensure-server.ts";
import type { RunningServer } from "./find-server.ts";
import { serverFolder, serverLog } from "./server-folder.ts";
import { flagsOf, idleMsOf, type StartValues } from "./start-flags.ts";

/**
 * Starts the server of a project, unless it runs as it shall already. `typed` is what the command line itself says: what is
 * configured the server finds by itself.
 */
export async function startServer(values: StartValues, context: CliContext, typed: StartValues): Promise<ExitCode> {
  idleMsOf(values);
  const folder = await serverFolder(values, context);
  const messages = createMessages(context);
  const flags = flagsOf(typed);
  const token = values.token ?? context.env["ORCHESTR8_TOKEN"];
  const note = (text: string): void => messages.log(text);
  const server = await ensureServer({ folder, plan: { flags, token }, note }, context);
  if (!server.isNew) assertAlike(server, typed);
  context.stdout.write(`${server.isNew ? "Started" : "Runs already:"} ${describeServer(server)}\n`);
  messages.log(`It logs to ${serverLog(folder)}`);
  return 0;
}

export function describeServer({ state }: Pick<RunningServer, "state">): string {
  return `server at ${state.url}, process ${state.pid}`;
}

/** Whoever wants another server than runs has to say so. */
function assertAlike({ state }: RunningServer, values: StartValues): void {
  const missing = flagsOf(values).filter((flag) => !state.flags.includes(flag));
  const isOtherToken = values.token !== undefined && values.token !== state.token;
  if (missing.length === 0 && !isOtherToken) return;
  const what = missing.length === 0 ? "its token is another one" : `it was started without ${missing.join(" ")}`;
  throw new CliError("SERVER_RUNNING", `Cannot start a server: one runs at ${state.url} already, and ${what}`, {
    fix: 'use "orchestr8 restart" with these flags',
  });
}
