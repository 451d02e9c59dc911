import { type ClientRequest, type IncomingMessage, request as sendHttp, type RequestOptions } from "node:http";
import { request as sendHttps } from "node:https";
import type { LookupFunction } from "node:net";
import type { HttpRequest } from "./http-request.ts";
import type { HostAddress } from "./resolve-host.ts";

export interface RoundTrip {
  /** The only ones that are connected to. */
  readonly addresses: readonly HostAddress[];
  /** Certificates to trust, in place of the runtime's own. */
  readonly ca: readonly string[] | undefined;
  readonly signal: AbortSignal;
}

/**
 * Sends one request over a connection of its own and hands the answer to `read`, while its body comes. The connection ends
 * with that, or as soon as the signal aborts, so that nothing waits for a slow server.
 */
export async function roundTrip<T>(
  request: HttpRequest,
  { addresses, ca, signal }: RoundTrip,
  read: (answer: IncomingMessage) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const { url, method, headers, body } = request;
  const isSecure = url.protocol === "https:";
  const options: RequestOptions = {
    method,
    headers: withLength(headers, method, body),
    agent: false,
    lookup: only(addresses),
  };
  const sending = isSecure
    ? sendHttps(url, ca === undefined ? options : { ...options, ca: [...ca] })
    : sendHttp(url, options);
  const onAbort = (): void => void sending.destroy();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const answered = answerTo(sending);
    sending.end(body);
    return await read(await answered);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
    sending.destroy();
  }
}

/** Errors may come later, too: of a connection that was given up, which nobody waits for. */
function answerTo(sending: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sending.on("response", resolve);
    sending.on("error", reject);
    sending.on("close", () => reject(new Error("Cannot read an answer: the connection was closed")));
  });
}

/** Gives what was looked up before, whatever the name stands for by now. */
function only(addresses: readonly HostAddress[]): LookupFunction {
  return (_host, { all }, done) => {
    const [first] = addresses;
    if (all === true) done(null, [...addresses]);
    else if (first === undefined) done(new Error("Cannot connect: the host has no address"), "", 0);
    else done(null, first.address, first.family);
  };
}

function withLength(
  headers: Readonly<Record<string, string>>,
  method: string,
  body: Uint8Array | undefined,
): Record<string, string> {
  if (body === undefined && method !== "POST" && method !== "PUT" && method !== "PATCH") return { ...headers };
  return { ...headers, "content-length": String(body?.byteLength ?? 0) };
}
