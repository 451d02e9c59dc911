import { isIP } from "node:net";
import { serve } from "srvx";
import { systemClock } from "../lib/clock.ts";
import type { Server } from "./app.ts";
import type { Entrance } from "./guard.ts";
import { PortInUseError } from "./port-in-use-error.ts";

export interface ListenOptions {
  /** Default 8088; 0 takes any free one. */
  readonly port?: number;
  /**
   * The address to bind to. `"127.0.0.1"` (default) and `"::1"` are reached from this machine alone; any other takes a
   * server with a token.
   */
  readonly hostname?: string;
}

/** A server that accepts connections. */
export interface Listener extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /**
   * Stops within `graceMs` (default 10 s), whatever the executions do: new ones are refused at once, unfinished ones have
   * half of the time to end and are then left to be resumed, or without a shared journal cancelled. Everything else is answered until the sockets close.
   */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

/**
 * How long a connection may be silent in both directions: longer than any reply takes, which is 30 s, and than event streams
 * are quiet. It cuts off who sends no request or reads no stream.
 */
const idleTimeoutMs = 40_000;
/** Far more than people and programs of one machine open, and few enough to hold. */
const maxConnections = 1_024;

const loopbackAddresses: ReadonlySet<string> = new Set(["127.0.0.1", "::1"]);

/**
 * Makes a server reachable on this machine, on Bun and Node alike.
 *
 * @throws {PortInUseError} when something else listens there.
 */
export async function listen(server: Server, options: ListenOptions = {}): Promise<Listener> {
  const { port: wanted = 8_088, hostname = "127.0.0.1" } = options;
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65_535) {
    throw new RangeError(`Cannot listen: port must be an integer from 0 to 65535, got ${wanted}`);
  }
  if (isIP(hostname) === 0) {
    throw new RangeError(
      `Cannot listen on "${hostname}": hostname must be an IP address, such as "127.0.0.1" or "::1"`,
    );
  }
  if (!loopbackAddresses.has(hostname) && server.token === undefined) {
    throw new RangeError(`Cannot listen on "${hostname}": others reach it, so the server must have a token`);
  }
  let entrance: Entrance = { port: wanted, hostname };
  const sockets = await open((request) => server.fetch(request, entrance), wanted, hostname);
  const url = new URL(sockets.url ?? "");
  const port = Number(url.port);
  const onBun = sockets.bun?.server;
  entrance = { port, hostname, ...(onBun && { timeout: (request, seconds) => onBun.timeout(request, seconds) }) };
  let closing: Promise<void> | undefined;
  const close: Listener["close"] = ({ graceMs = 10_000 } = {}) => (closing ??= stop(server, sockets, graceMs));
  return { url: url.origin, port, close, [Symbol.asyncDispose]: () => close() };
}

type Sockets = ReturnType<typeof serve>;

async function open(fetch: (request: Request) => Promise<Response>, port: number, hostname: string): Promise<Sockets> {
  const sockets = serve({
    fetch,
    port,
    hostname,
    manual: true,
    silent: true,
    gracefulShutdown: false,
    // Bun would otherwise let two servers share the port.
    reusePort: false,
    bun: { idleTimeout: idleTimeoutMs / 1_000 },
    node: {
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      connectionsCheckingInterval: 1_000,
      backlog: maxConnections,
    },
  });
  handOver(sockets, fetch);
  try {
    await sockets.serve();
    limitConnections(sockets);
    return sockets;
  } catch (error) {
    throw isPortInUse(error) ? new PortInUseError(hostname, port, error) : error;
  }
}

/** What srvx adds to each request on Bun takes longer than to find its route, and nobody here reads it. */
function handOver(sockets: Sockets, fetch: (request: Request) => Promise<Response>): void {
  if ("serveOptions" in sockets && typeof sockets.serveOptions === "object")
    Object.assign(sockets.serveOptions ?? {}, { fetch });
}

/** Bun has neither limit: there idle connections are cut all the same, and their number is the system's. */
function limitConnections({ node }: Sockets): void {
  if (node?.server === undefined) return;
  node.server.setTimeout(idleTimeoutMs);
  node.server.maxConnections = maxConnections;
}

function isPortInUse(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}

async function stop(server: Server, sockets: Sockets, graceMs: number): Promise<void> {
  let onDeadline: () => void = () => undefined;
  const deadline = new Promise<void>((resolve) => (onDeadline = resolve));
  using _ = systemClock.timer(graceMs, () => onDeadline());
  await Promise.race([server.drain(graceMs / 2), deadline]);
  // Replies that are being written get the rest of the time.
  await Promise.race([sockets.close(), deadline]);
  await sockets.close(true);
}
