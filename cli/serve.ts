import { createEngine } from "../lib/engine/create-engine.ts";
import { createServer } from "../server/app.ts";
import { listen, type Listener } from "../server/listen.ts";
import { PortInUseError } from "../server/port-in-use-error.ts";
import { CliError, usageError } from "./cli-error.ts";
import type { CliContext, StopSignal } from "./context.ts";
import { exitCodeOfStop, type ExitCode } from "./exit.ts";
import { type DurabilityValues, openJournal } from "./journal/open-journal.ts";
import { createJsonLog } from "./json-log.ts";
import { createMessages } from "./messages.ts";
import type { OperatorValues } from "./operator-arguments.ts";
import { readOperator } from "./read-operator.ts";
import { keepRecovering } from "./resume/keep-recovering.ts";

/** Long enough for executions to end or to be cancelled with their grace period. */
const graceMs = 10_000;

export interface ServeValues extends DurabilityValues, OperatorValues {
  readonly port: string | undefined;
}

/**
 * Serves until a signal comes, then lets what runs end within {@link graceMs}; what does not is left to be resumed. Goes on
 * with what earlier processes have left.
 */
export async function serve(values: ServeValues, context: CliContext): Promise<ExitCode> {
  const port = readPort(values.port ?? "8088");
  const operator = readOperator(values, context);
  const { clock } = context;
  const log = createJsonLog(context.stderr);
  await using journal = await openJournal(values, context);
  const engine = createEngine({ ...operator, log, clock, journal });
  const listener = await open(port, () => listen(createServer({ engine, log, clock }), { port }));
  const messages = createMessages(context);
  messages.log(`Listening on ${listener.url}`);
  let onStop: (signal: StopSignal) => void = () => undefined;
  const stopped = new Promise<StopSignal>((resolve) => (onStop = resolve));
  using _ = context.onSignal((signal) => onStop(signal));
  using recovery = keepRecovering({ engine, clock, log });
  const signal = await stopped;
  recovery[Symbol.dispose]();
  messages.log("Stopping: what runs may end; Ctrl-C again exits at once");
  await listener.close({ graceMs });
  return exitCodeOfStop(signal);
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 0 && port <= 65_535) return port;
  throw usageError('Cannot use "--port": it must be a number from 0 to 65535', 'write "--port 8088"');
}

async function open(port: number, start: () => Promise<Listener>): Promise<Listener> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof PortInUseError)) throw error;
    throw new CliError("PORT_IN_USE", `Cannot serve: port ${port} is in use`, {
      cause: error,
      fix: `use another port, such as "--port ${port === 65_535 ? 8_089 : port + 1}"`,
    });
  }
}
