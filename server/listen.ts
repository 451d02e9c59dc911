import { serve } from "srvx";
import { systemClock } from "../lib/clock.ts";
import type { Server } from "./app.ts";
import { PortInUseError } from "./port-in-use-error.ts";

export interface ListenOptions {
  /** Default 8088; 0 takes any free one. */
  readonly port?: number;
  /** `"127.0.0.1"` (default) or `"::1"`. Nothing but this machine can reach either. */
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
  if (!loopbackAddresses.has(hostname)) {
    throw new RangeError(`Cannot listen on "${hostname}": hostname must be "127.0.0.1" or "::1"`);
  }
  let port = wanted;
  const sockets = await open((request) => server.fetch(request, { port }), wanted, hostname);
  const url = new URL(sockets.url ?? "");
  port = Number(url.port);
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
    // Bun would otherwise let two servers share the port, and cut replies that take longer than 10 s.
    reusePort: false,
    bun: { idleTimeout: 0 },
    node: { headersTimeout: 10_000, requestTimeout: 30_000 },
  });
  try {
    await sockets.serve();
    return sockets;
  } catch (error) {
    throw isPortInUse(error) ? new PortInUseError(hostname, port, error) : error;
  }
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
