import { createServer, type Server } from "../server/app.ts";
import { createClient } from "../server/client/client.ts";
import { listen, type Listener } from "../server/listen.ts";
import { PortInUseError } from "../server/port-in-use-error.ts";
import { CliError, usageError } from "./cli-error.ts";
import { settings } from "./config/settings.ts";
import type { CliContext } from "./context.ts";
import { createProjectEngine, unknownAgents } from "./create-project-engine.ts";
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

/** From the wanted one on, so that the port is still one to be recognised. */
const portsToTry = 100;

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

/** A server that can be reached. */
export interface Served {
  readonly server: Server;
  readonly listener: Listener;
  /** Ends it as a signal would. `why` is said. */
  end(why: string): void;
}

/** What a server does beside serving. */
export interface ServerRole {
  /** Whether it takes a free port when the one it wants is taken. */
  readonly takesAnyPort: boolean;
  /** Called when it can be reached. What it gives is disposed before the server stops to take work. */
  enter(served: Served): Promise<AsyncDisposable>;
}

/**
 * Serves until a signal comes, then lets what runs end within {@link graceMs}; what does not is left to be resumed. Goes on
 * with what earlier processes have left.
 */
export async function serve(values: ServeValues, context: CliContext, role?: ServerRole): Promise<ExitCode> {
  const port = readPort(values.port ?? String(settings["server.port"].fallback));
  const operator = await readOperator(values, context);
  const { clock } = context;
  const log = createJsonLog(context.stderr);
  await using journal = await openJournal(values, context);
  const maxExecutions = readInteger("max-executions", values["max-executions"], 1) ?? settings.maxExecutions.fallback;
  const { problems, origins, agents, workflows, origin } = registerProject(await loadProject(context));
  reportProblems(problems, context);
  const engine = createProjectEngine({
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
  const hostname = values.host ?? defaultHost;
  const listener =
    role?.takesAnyPort === true
      ? await openAnyPort(server, port, hostname)
      : await open(port, () => listen(server, { port, hostname }));
  const dashboard = await dashboardLink(listener, server, values, context);
  const messages = createMessages(context);
  for (const id of unknownAgents(agents, operator.agentConfig)) {
    messages.warn(`"agentConfig" says something of agent "${id}", and there is none in this project`);
  }
  messages.log(`Listening on ${listener.url}`);
  messages.log(`Try: ${exampleCall(listener, server, values, context)}`);
  messages.log(`Dashboard: ${dashboard}`);
  if (!isLoopback(listener)) {
    messages.warn(
      "Others can reach this server: with the token they run its agents, and nothing they send is encrypted",
    );
  }
  let onStop: (exitCode: ExitCode) => void = () => undefined;
  const stopped = new Promise<ExitCode>((resolve) => (onStop = resolve));
  using _ = context.onSignal((signal) => {
    messages.log("Stopping: what runs may end; Ctrl-C again exits at once");
    onStop(exitCodeOfStop(signal));
  });
  const end = (why: string): void => {
    messages.log(`Stopping: ${why}`);
    onStop(0);
  };
  using recovery = keepRecovering({ engine, clock, log, origins });
  const exitCode = await playRole(role, { server, listener, end }, stopped);
  recovery[Symbol.dispose]();
  await listener.close({ graceMs });
  return exitCode;
}

async function playRole(role: ServerRole | undefined, served: Served, stopped: Promise<ExitCode>): Promise<ExitCode> {
  await using _ = await role?.enter(served);
  return await stopped;
}

/** The wanted port, or one of those behind it, or else any. */
async function openAnyPort(server: Server, wanted: number, hostname: string): Promise<Listener> {
  for (let port = wanted; port < wanted + portsToTry && port <= 65_535; port++) {
    try {
      return await listen(server, { port, hostname });
    } catch (error) {
      if (error instanceof RangeError) throw usageError(error.message, "see --help");
      if (!(error instanceof PortInUseError)) throw error;
    }
  }
  return await listen(server, { port: 0, hostname });
}

/** A given token beats the environment's, and both beat a new one. */
function tokenOf(values: ServeValues, { env }: CliContext): string | false | undefined {
  if (!values["no-auth"]) return values.token ?? env["ORCHESTR8_TOKEN"];
  if (values.token === undefined) return false;
  throw usageError('Cannot use "--token" with "--no-auth": there would be nothing to check', "leave one of them out");
}

/** Only a token that nobody knows yet is shown. */
function exampleCall({ url }: Listener, { token }: Server, values: ServeValues, context: CliContext): string {
  if (token === undefined) return `curl ${url}/executions`;
  const shown = isTokenKnown(values, context) ? "$ORCHESTR8_TOKEN" : token;
  return `curl -H "Authorization: Bearer ${shown}" ${url}/executions`;
}

/** Nor is a link that stands for it, which whoever reads the log could open. */
async function dashboardLink(
  { url, port }: Listener,
  { token }: Server,
  values: ServeValues,
  context: CliContext,
): Promise<string> {
  if (isTokenKnown(values, context)) return 'run "orchestr8 open"';
  const { hostname } = new URL(url);
  const reachable = hostname === "0.0.0.0" || hostname === "[::]" ? `http://localhost:${port}` : url;
  if (token === undefined) return `${reachable}/`;
  return `${(await createClient({ url: reachable, token }).createSessionLink()).url} (works once, for a minute)`;
}

function isTokenKnown(values: ServeValues, { env }: CliContext): boolean {
  return !values["no-auth"] && (values.token !== undefined || env["ORCHESTR8_TOKEN"] !== undefined);
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
