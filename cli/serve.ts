import { createEngine } from "../lib/engine/create-engine.ts";
import { createServer, type Server } from "../server/app.ts";
import { listen, type Listener } from "../server/listen.ts";
import { PortInUseError } from "../server/port-in-use-error.ts";
import { CliError, usageError } from "./cli-error.ts";
import { settings } from "./config/settings.ts";
import type { CliContext, StopSignal } from "./context.ts";
import { loadProject, registerProject } from "./discovery/load-project.ts";
import { reportProblems } from "./discovery/report-problems.ts";
import { exitCodeOfStop, type ExitCode } from "./exit.ts";
import { type DurabilityValues, openJournal } from "./journal/open-journal.ts";
import { createJsonLog } from "./json-log.ts";
import { createMessages } from "./messages.ts";
import type { OperatorValues } from "./operator-arguments.ts";
import { readOperator } from "./read-operator.ts";
import { readInteger } from "./read-integer.ts";
import { keepRecovering } from "./resume/keep-recovering.ts";

/** Long enough for executions to end or to be cancelled with their grace period. */
const graceMs = 10_000;

/** In whose absence callers are taken to be on this machine. */
const defaultHost = settings["server.host"].fallback;

export interface ServeValues extends DurabilityValues, OperatorValues {
  readonly port: string | undefined;
  readonly host: string | undefined;
  readonly "allow-host": readonly string[];
  readonly token: string | undefined;
  readonly "no-auth": boolean;
  readonly "max-executions": string | undefined;
}

/**
 * Serves until a signal comes, then lets what runs end within {@link graceMs}; what does not is left to be resumed. Goes on
 * with what earlier processes have left.
 */
export async function serve(values: ServeValues, context: CliContext): Promise<ExitCode> {
  const port = readPort(values.port ?? String(settings["server.port"].fallback));
  const operator = await readOperator(values, context);
  const { clock } = context;
  const log = createJsonLog(context.stderr);
  await using journal = await openJournal(values, context);
  const maxExecutions = readInteger("max-executions", values["max-executions"], 1) ?? settings.maxExecutions.fallback;
  const { problems, origins, agents, workflows, origin } = registerProject(await loadProject(context));
  reportProblems(problems, context);
  const engine = createEngine({
    ...operator,
    agents,
    workflows,
    ...(origin !== undefined && { origin }),
    log,
    clock,
    journal,
    maxExecutions,
  });
  const server = withUsage(() =>
    createServer({ engine, log, clock, token: tokenOf(values, context), allowedHosts: values["allow-host"] }),
  );
  const listener = await open(port, () => listen(server, { port, hostname: values.host ?? defaultHost }));
  const messages = createMessages(context);
  messages.log(`Listening on ${listener.url}`);
  messages.log(`Try: ${exampleCall(listener, server, values, context)}`);
  if (!isLoopback(listener)) {
    messages.warn(
      "Others can reach this server: with the token they run its agents, and nothing they send is encrypted",
    );
  }
  let onStop: (signal: StopSignal) => void = () => undefined;
  const stopped = new Promise<StopSignal>((resolve) => (onStop = resolve));
  using _ = context.onSignal((signal) => onStop(signal));
  using recovery = keepRecovering({ engine, clock, log, origins });
  const signal = await stopped;
  recovery[Symbol.dispose]();
  messages.log("Stopping: what runs may end; Ctrl-C again exits at once");
  await listener.close({ graceMs });
  return exitCodeOfStop(signal);
}

/** A given token beats the environment's, and both beat a new one. */
function tokenOf(values: ServeValues, { env }: CliContext): string | false | undefined {
  if (!values["no-auth"]) return values.token ?? env["ORCHESTR8_TOKEN"];
  if (values.token === undefined) return false;
  throw usageError('Cannot use "--token" with "--no-auth": there would be nothing to check', "leave one of them out");
}

/** Only a token that nobody knows yet is shown. */
function exampleCall({ url }: Listener, { token }: Server, values: ServeValues, { env }: CliContext): string {
  if (token === undefined) return `curl ${url}/executions`;
  const isKnown = values.token !== undefined || env["ORCHESTR8_TOKEN"] !== undefined;
  return `curl -H "Authorization: Bearer ${isKnown ? "$ORCHESTR8_TOKEN" : token}" ${url}/executions`;
}

function isLoopback({ url }: Listener): boolean {
  const { hostname } = new URL(url);
  return hostname === defaultHost || hostname === "[::1]";
}

/** What the server refuses was typed by somebody. */
function withUsage<T>(create: () => T): T {
  try {
    return create();
  } catch (error) {
    if (error instanceof RangeError) throw usageError(error.message, "see --help");
    throw error;
  }
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
    if (error instanceof RangeError) throw usageError(error.message, "see --help");
    if (!(error instanceof PortInUseError)) throw error;
    throw new CliError("PORT_IN_USE", `Cannot serve: port ${port} is in use`, {
      cause: error,
      fix: `use another port, such as "--port ${port === 65_535 ? 8_089 : port + 1}"`,
    });
  }
}
