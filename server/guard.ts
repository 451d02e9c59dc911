import { HttpProblem } from "./problem.ts";

const loopbackNames: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);
/** Addresses that stand for all of a machine's: nobody asks for them by name but to get around a filter. */
const wildcards: ReadonlySet<string> = new Set(["0.0.0.0", "::", "[::]"]);
const linkMethods: ReadonlySet<string> = new Set(["GET", "HEAD"]);
const trustedSites: ReadonlySet<string> = new Set(["same-origin", "none"]);

/** Characters of a request's target. Runtimes allow twice as much for all headers. */
const maxUrlLength = 8_192;

/** Where a request came in. Without a port it did not come from a socket. */
export interface Entrance {
  readonly port?: number | undefined;
  /** The address that the server is bound to. */
  readonly hostname?: string | undefined;
  /** Changes how many seconds the request's connection may be idle, as `Bun.serve`'s server does; 0 is for ever. */
  timeout?(request: Request, seconds: number): void;
}

/**
 * Why a request must not be looked at any further, or undefined. It keeps out what a web page can send to a server on its
 * visitor's machine: by a name of its own that resolves to loopback, or across origins.
 *
 * A request from a socket must have a `Host` with the port that it came in on; for others the URL stands in for a missing
 * one. Loopback names and the address of the entrance are always good. Of `allowedHosts` one with a port is good with that
 * port, one without a port with any: what stands in front of the server may have another.
 */
export type Guard = (request: Request, entrance?: Entrance) => HttpProblem | undefined;

/** @throws {RangeError} when an allowed host is not a name with or without a port. */
export function createGuard(allowedHosts: readonly string[] = []): Guard {
  const allowed = new Set(allowedHosts.map(parseAllowed));
  return (request, entrance = {}) => {
    const { url, method, headers } = request;
    const host = headers.get("host") ?? (entrance.port === undefined ? hostOf(url) : null);
    return (
      refusalOfHost(host, entrance, allowed) ?? refusalOfUrl(url) ?? refusalOfOrigin(method, headers, host, allowed)
    );
  };
}

function parseAllowed(host: string): string {
  if (/^(?:[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/.test(host)) return host.toLowerCase();
  throw new RangeError(
    "Cannot create server: each of allowedHosts must be a host name with or without a port, such as o8.example:443",
  );
}

/** On Bun a request without a Host, as HTTP/1.0 has, has no whole URL. */
function hostOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).host : null;
}

/** Runtimes join repeated headers with a comma. */
function refusalOfHost(
  host: string | null,
  { port, hostname }: Entrance,
  allowed: ReadonlySet<string>,
): HttpProblem | undefined {
  if (host === null || host === "" || host.includes(",")) {
    return new HttpProblem("BAD_REQUEST", "Cannot accept the request: it must have exactly one Host header");
  }
  const wanted = host.toLowerCase();
  const [, name = "", digits = "80"] = /^([^:]+|\[[^\]]+\])(?::(\d{1,5}))?$/.exec(wanted) ?? [];
  if (isAllowed(host, allowed)) return undefined;
  const isHere = loopbackNames.has(name) || isBoundTo(name, hostname);
  if (isHere && (port === undefined || Number(digits) === port)) return undefined;
  return new HttpProblem(
    "HOST_NOT_ALLOWED",
    "Cannot accept the request: its Host must be 127.0.0.1, localhost, [::1] or an allowed one, with the port of this server",
  );
}

function isAllowed(host: string | null, allowed: ReadonlySet<string>): boolean {
  if (allowed.size === 0) return false;
  const wanted = host?.toLowerCase() ?? "";
  return allowed.has(wanted) || allowed.has(wanted.replace(/:\d{1,5}$/, ""));
}

function isBoundTo(name: string, hostname: string | undefined): boolean {
  if (hostname === undefined || wildcards.has(hostname)) return false;
  return name === hostname.toLowerCase() || name === `[${hostname.toLowerCase()}]`;
}

function refusalOfUrl(url: string): HttpProblem | undefined {
  if (url.length <= maxUrlLength) return undefined;
  return new HttpProblem(
    "URI_TOO_LONG",
    `Cannot read the request: its URL must have at most ${maxUrlLength} characters`,
  );
}

/**
 * Browsers cannot be made to send these headers wrong; programs, which send neither, are let through. A page of another
 * origin may only link here: it reads nothing, not even a stream, and changes nothing. A preflight changes nothing by itself
 * and gets no leave from any reply. Allowed hosts may have TLS in front of them.
 */
function refusalOfOrigin(
  method: string,
  headers: Headers,
  host: string | null,
  allowed: ReadonlySet<string>,
): HttpProblem | undefined {
  if (method === "OPTIONS") return undefined;
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  const isSame =
    origin === null || origin === `http://${host}` || (origin === `https://${host}` && isAllowed(host, allowed));
  if (isSame && (site === null || trustedSites.has(site) || linkMethods.has(method))) return undefined;
  return new HttpProblem("ORIGIN_NOT_ALLOWED", "Cannot accept the request: it must come from the same origin");
}

/**
 * Refuses every body but plain `application/json` in UTF-8: other media types are what a page may send elsewhere without
 * asking first.
 *
 * @throws {HttpProblem}
 */
export function requireJsonBody(headers: Headers): void {
  const type = headers.get("content-type");
  const isJson = type === "application/json" || (type !== null && jsonType.test(type));
  if (isJson && !headers.has("content-encoding")) return;
  throw new HttpProblem(
    "UNSUPPORTED_MEDIA_TYPE",
    'Cannot read the body: its Content-Type must be "application/json", in UTF-8 and without a Content-Encoding',
    { headers: { "Accept-Post": "application/json" } },
  );
}

const jsonType = /^application\/json(?:[ \t]*;[ \t]*charset=(?:utf-8|"utf-8"))?$/i;
