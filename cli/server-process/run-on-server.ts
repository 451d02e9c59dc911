import { ApiError } from "../../server/client/api-error.ts";
import type { Started, StartRequest } from "../../server/client/client.ts";
import type { CliContext } from "../context.ts";
import { createProgress } from "../create-progress.ts";
import type { ExitCode } from "../exit.ts";
import { createMessages } from "../messages.ts";
import { isJsonOutput } from "../output-arguments.ts";
import { messageLevels, progressMode, type ProgressValues } from "../progress-arguments.ts";
import { runToEnd } from "../run-to-end.ts";
import { showResult } from "../show-result.ts";
import { writeJson } from "../write-json.ts";
import { asFailure } from "./api-failure.ts";
import { RelayedEvents } from "./relayed-events.ts";
import { RemoteExecution } from "./remote-execution.ts";
import type { ServerConnection } from "./server-connection.ts";

export interface ServerRun {
  readonly values: ProgressValues & {
    readonly output: string | undefined;
    readonly json: boolean;
    readonly detach: boolean;
  };
  readonly connection: ServerConnection;
  readonly request: StartRequest;
  readonly timeoutMs: number | undefined;
}

/** Runs one execution on the project's server, and shows it as one of this process is shown. */
export async function runOnServer(run: ServerRun, context: CliContext): Promise<ExitCode> {
  try {
    return run.values.detach ? await detach(run, context) : await attend(run, context);
  } catch (error) {
    throw error instanceof ApiError ? asFailure(error) : error;
  }
}

/** Under a key of its own, so that it is started once, although the server may be lost before it answers. */
async function start({ connection, request }: ServerRun): Promise<Started> {
  const idempotencyKey = crypto.randomUUID();
  return await connection.call((client) => client.start(request, { idempotencyKey }));
}

async function detach(run: ServerRun, context: CliContext): Promise<ExitCode> {
  const { executionId, status } = await start(run);
  if (isJsonOutput(run.values)) writeJson(context.stdout, { executionId, status });
  else context.stdout.write(`${executionId}\n`);
  return 0;
}

async function attend(run: ServerRun, context: CliContext): Promise<ExitCode> {
  const { values, connection, timeoutMs } = run;
  const mode = progressMode(values);
  const messages = createMessages(context, messageLevels[mode]);
  const events = new RelayedEvents();
  const progress = await createProgress(mode, events, messages, context);
  connection.tellBy((text) => progress.note(text));
  const begin = async (): Promise<RemoteExecution> => {
    const { executionId } = await start(run);
    const view = await connection.call((client) => client.execution(executionId));
    return new RemoteExecution(view, {
      connection,
      clock: context.clock,
      publish: (entry) => events.publish(entry),
      note: (text) => progress.note(text),
    });
  };
  const { execution, exitCode } = await runToEnd(
    {
      timeoutMs,
      progress,
      start: async () => ({ execution: await begin(), isReplay: false }),
      announce: (started) => `execution ${started.execution.id} started`,
    },
    context,
  );
  showResult(execution.view(), { isJson: isJsonOutput(values), messages, context });
  return exitCode;
}
