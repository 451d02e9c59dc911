import type { CliContext } from "../context.ts";
import type { ExitCode } from "../exit.ts";
import { createMessages } from "../messages.ts";
import { ensureServer, planOf, type StartPlan } from "./ensure-server.ts";
import { serverFolder, serverLog } from "./server-folder.ts";
import type { ServerState } from "./server-state.ts";
import { flagsOf, idleMsOf, type StartValues } from "./start-flags.ts";
import { describeServer } from "./start-server.ts";
import { stopFound } from "./stop-server.ts";

/** Ends the server of a project, if there is one, and starts it again. `typed` is what the command line itself says. */
export async function restartServer(values: StartValues, context: CliContext, typed: StartValues): Promise<ExitCode> {
  idleMsOf(values);
  const folder = await serverFolder(values, context);
  const messages = createMessages(context);
  const before = await stopFound(folder, context);
  const note = (text: string): void => messages.log(text);
  const server = await ensureServer({ folder, plan: planFor(typed, before, context), note }, context);
  context.stdout.write(`Started ${describeServer(server)}\n`);
  messages.log(`It logs to ${serverLog(folder)}`);
  return 0;
}

/** Flags that are given replace all that it had; so does a token. */
function planFor(values: StartValues, before: ServerState | undefined, { env }: CliContext): StartPlan {
  const given: StartPlan = { flags: flagsOf(values), token: values.token ?? env["ORCHESTR8_TOKEN"] };
  if (before === undefined) return given;
  const { flags, token } = planOf(before);
  return { flags: given.flags.length > 0 ? given.flags : flags, token: given.token ?? token };
}
