import { ApiError } from "../../server/client/api-error.ts";
import type { CliContext } from "../context.ts";
import type { ExitCode } from "../exit.ts";
import { createMessages } from "../messages.ts";
import { messageLevels, progressMode } from "../progress-arguments.ts";
import { readText } from "../read-text.ts";
import { isPlainSource } from "./plain-source.ts";
import { runOnServer } from "./run-on-server.ts";
import { ServerConnection } from "./server-connection.ts";
import { serverFolder } from "./server-folder.ts";
import { flagForHere, type ServerTry } from "./server-try.ts";
import { withInput } from "./with-input.ts";

/**
 * Runs a file that means the same everywhere on a server that runs already, and checks it there: loading the language to check it
 * here takes longer than the rest. Undefined when there is anything to say about the file, or it has to go another way; nothing
 * was started then.
 */
export async function tryPlainFile(run: ServerTry, context: CliContext): Promise<ExitCode | undefined> {
  const { values, typed, file, input } = run;
  if (!file.endsWith(".json") || flagForHere(values, typed) !== undefined) return undefined;
  const source = await readText(file, context.cwd).catch(() => undefined);
  if (source === undefined || !isPlainSource(source)) return undefined;
  const request = withInput({ source }, input);
  if (request === undefined) return undefined;
  const messages = createMessages(context, messageLevels[progressMode(values)]);
  const folder = await serverFolder(values, context);
  const connection = await ServerConnection.join({ folder, note: (text) => messages.log(text) }, context);
  if (connection === undefined || !(await isFlawless(source, connection))) return undefined;
  return await runOnServer({ ...run, connection, request }, context);
}

async function isFlawless(source: string, connection: ServerConnection): Promise<boolean> {
  try {
    const { valid, diagnostics } = await connection.call((client) => client.validate({ source }));
    return valid && diagnostics.length === 0;
  } catch (error) {
    // Whoever asks again for the run itself hears why.
    if (error instanceof ApiError) return false;
    throw error;
  }
}
