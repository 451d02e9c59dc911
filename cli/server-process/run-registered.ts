import { nearest } from "../../dsl/nearest.ts";
import { usageError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import type { ExitCode } from "../exit.ts";
import { createMessages } from "../messages.ts";
import { messageLevels, progressMode } from "../progress-arguments.ts";
import { runOnServer } from "./run-on-server.ts";
import { ServerConnection } from "./server-connection.ts";
import { serverFolder } from "./server-folder.ts";
import { flagForHere } from "./server-request.ts";
import type { ServerTry } from "./try-server.ts";

/** Runs a workflow that the project's server has under an id. */
export async function runRegistered(run: ServerTry, context: CliContext): Promise<ExitCode> {
  const { values, input } = run;
  const flag = flagForHere(values);
  if (flag !== undefined) {
    throw usageError(`Cannot use "${flag}" with the id of a workflow: it is for a file`, "name the file");
  }
  const messages = createMessages(context, messageLevels[progressMode(values)]);
  const folder = await serverFolder(values, context);
  const connection = await ServerConnection.open({ folder, note: (text) => messages.log(text) }, context);
  const { workflows } = await connection.call((client) => client.workflows());
  const ids = workflows.map(({ id }) => id);
  if (!ids.includes(values.file)) throw unknownWorkflow(values.file, ids);
  return await runOnServer({ ...run, connection, request: { workflowId: values.file, input } }, context);
}

function unknownWorkflow(id: string, known: readonly string[]): Error {
  const near = nearest(id, known);
  const list = known.length === 0 ? "it has none" : `it has ${known.map((name) => `"${name}"`).join(", ")}`;
  return usageError(
    `Cannot run "${id}": it is no workflow file, and the server has no workflow of this id; ${list}`,
    near === undefined ? 'name a file, such as "greet.o8.json"' : `use "${near}"`,
  );
}
