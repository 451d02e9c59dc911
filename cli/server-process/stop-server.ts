import type { CliContext } from "../context.ts";
import type { ExitCode } from "../exit.ts";
import type { StateValues } from "../journal/state-folder.ts";
import { createMessages } from "../messages.ts";
import { unusableState } from "./ensure-server.ts";
import { findServer } from "./find-server.ts";
import { serverFolder } from "./server-folder.ts";
import type { ServerState } from "./server-state.ts";
import { signalServer } from "./signal-server.ts";
import { removeStateFile } from "./state-file.ts";

/** Ends the server of a project and waits for that. */
export async function stopServer(values: StateValues, context: CliContext): Promise<ExitCode> {
  const folder = await serverFolder(values, context);
  const stopped = await stopFound(folder, context);
  context.stdout.write(stopped === undefined ? "No server runs\n" : `Stopped the server at ${stopped.url}\n`);
  return 0;
}

/**
 * Ends the server of a state folder, if there is one that is provably it, and gives what it was.
 *
 * @throws {CliError} when somebody else's file is in its place, or it does not end.
 */
export async function stopFound(folder: string, context: CliContext): Promise<ServerState | undefined> {
  const messages = createMessages(context);
  const found = await findServer(folder);
  switch (found.kind) {
    case "none":
      return undefined;
    case "unusable":
      throw unusableState(folder, found.why);
    case "elsewhere":
      throw unusableState(folder, `it belongs to a process on "${found.state.host}"`);
    case "gone":
      messages.log(`The server at ${found.state.url} has ended without cleaning up; its file is removed`);
      await removeStateFile(found.state);
      return undefined;
    case "silent":
    case "running":
      messages.log(`Stopping process ${found.state.pid}: what runs may end`);
      await signalServer(found.state, context.clock);
      // One that was killed has left its file.
      await removeStateFile(found.state);
      return found.state;
  }
}
