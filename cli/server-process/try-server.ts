import { resolve } from "node:path";
import { withFileWorkflows } from "../../lib/workflow-reference.ts";
import type { Workflow } from "../../lib/workflow.ts";
import type { StartRequest } from "../../server/client/client.ts";
import { CliError, usageError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import type { CliErrorCode, ExitCode } from "../exit.ts";
import type { LoadedFile } from "../load.ts";
import { createMessages, type Messages } from "../messages.ts";
import { messageLevels, progressMode } from "../progress-arguments.ts";
import type { RunningServer } from "./find-server.ts";
import type { WorkflowSource } from "./project-request.ts";
import { runOnServer } from "./run-on-server.ts";
import { ServerConnection } from "./server-connection.ts";
import { serverFolder } from "./server-folder.ts";
import { requestOfFile } from "./server-request.ts";
import { flagForHere, type ServerTry } from "./server-try.ts";
import { withInput } from "./with-input.ts";

/**
 * Runs a loaded workflow on the project's server. Undefined when it has to run in this process: that server could not do
 * what is asked for, or there can be none; which is said unless a flag says so already.
 */
export async function tryServer(
  run: ServerTry & { readonly loaded: LoadedFile; readonly workflow: Workflow },
  context: CliContext,
): Promise<ExitCode | undefined> {
  const { values, typed, file, loaded, workflow, input } = run;
  const messages = createMessages(context, messageLevels[progressMode(values)]);
  const flag = flagForHere(values, typed);
  if (flag !== undefined) return stayHere(values, `"${flag}" is for this process`);
  const alone = requestOfFile(loaded, workflow);
  const stay = (why: string): undefined => {
    if (!values.detach) messages.log(`Running in this process: ${why}`);
    return stayHere(values, why);
  };
  const unknown = `no server has workflow "${workflow.metadata.id}" as it is here`;
  if (alone === undefined && !(await isOfProject(file, loaded, workflow, context))) return stay(unknown);
  const folder = await serverFolder(values, context);
  const connection = await connectOrStay(folder, values, messages, context);
  if (connection === undefined) return undefined;
  const found = alone ?? (await requestInProject(connection.server, { loaded, workflow }, context));
  if (found === undefined) return stay(unknown);
  const request = withInput(found, input);
  if (request === undefined) return stay("a server takes no request as large as the workflow with its input");
  return await runOnServer({ ...run, connection, request }, context);
}

/** Whether a server of this project would have the workflow, or at least the agents that its text calls. */
async function isOfProject(
  file: string,
  { origin }: LoadedFile,
  workflow: Workflow,
  context: CliContext,
): Promise<boolean> {
  if (origin === undefined && withFileWorkflows(workflow).length === 1) return true;
  const { findSources } = await import("../discovery/project-sources.ts");
  const { files } = await findSources(context);
  return files.includes(resolve(context.cwd, file));
}

async function requestInProject(
  server: RunningServer,
  source: WorkflowSource,
  context: CliContext,
): Promise<StartRequest | undefined> {
  const { fingerprintOf } = await import("../discovery/project-sources.ts");
  const { requestOfProject } = await import("./project-request.ts");
  return await requestOfProject(server, source, await fingerprintOf(context));
}

function stayHere({ detach }: { readonly detach: boolean }, why: string): undefined {
  if (!detach) return undefined;
  throw usageError(`Cannot detach the run: ${why}`, 'leave "--detach" out');
}

const withoutServer: ReadonlySet<string> = new Set<CliErrorCode>([
  "SERVER_UNREACHABLE",
  "SERVER_RUNNING",
  "SERVER_STATE",
]);

/** Without a server the run goes the same way in this process, unless this process is not to wait for it. */
async function connectOrStay(
  folder: string,
  { detach }: { readonly detach: boolean },
  messages: Messages,
  context: CliContext,
): Promise<ServerConnection | undefined> {
  try {
    return await ServerConnection.open({ folder, note: (text) => messages.log(text) }, context);
  } catch (error) {
    if (detach || !(error instanceof CliError) || !withoutServer.has(error.code)) throw error;
    messages.warn(`${error.message}; running in this process`);
    return undefined;
  }
}
