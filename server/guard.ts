import { HttpProblem } from "./problem.ts";

const loopbackNames: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);
const safeMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);
const trustedSites: ReadonlySet<string> = new Set(["same-origin", "none"]);

/**
 * Why a request must not be looked at any further, or undefined. It keeps out what a web page can send to a server on its
 * visitor's machine: by a name of its own that resolves to loopback, or across origins.
 *
 * `port` is the one the request came in on; the `Host` must then be there and name it. Without it the request did not come
 * from a socket, and its URL stands in for a missing `Host`.
 */
export function refusalOf(request: Request, port?: number): HttpProblem | undefined {
  const host = request.headers.get("host") ?? (port === undefined ? hostOf(request.url) : null);
  return (
    refusalOfHost(host, port) ?? (safeMethods.has(request.method) ? undefined : refusalOfOrigin(request.headers, host))
  );
}

/** On Bun a request without a Host, as HTTP/1.0 has, has no whole URL. */
function hostOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).host : null;
}

/** Runtimes join repeated headers with a comma. */
function refusalOfHost(host: string | null, port: number | undefined): HttpProblem | undefined {
  if (host === null || host === "" || host.includes(",")) {
    return new HttpProblem("BAD_REQUEST", "Cannot accept the request: it must have exactly one Host header");
  }
  const [, name = "", digits = "80"] = /^([^:]+|\[[^\]]+\])(?::(\d{1,5}))?$/.exec(host) ?? [];
  if (loopbackNames.has(name.toLowerCase()) && (port === undefined || Number(digits) === port)) return undefined;
  return new HttpProblem(
    "HOST_NOT_ALLOWED",
    "Cannot accept the request: its Host must be 127.0.0.1, localhost or [::1] with the port of this server",
  );
}

/** Browsers cannot be made to send these headers wrong; programs, which send neither, are let through. */
function refusalOfOrigin(headers: Headers, host: string | null): HttpProblem | undefined {
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  if ((site === null || trustedSites.has(site)) && (origin === null || origin === `http://${host}`)) return undefined;
  return new HttpProblem("ORIGIN_NOT_ALLOWED", "Cannot accept the request: it must come from the same origin");
}

/**
 * Refuses every body but plain `application/json` in UTF-8: other media types are what a page may send elsewhere without
 * asking first.
 *
 * @throws {HttpProblem}
 */
export function requireJsonBody(headers: Headers): void {
  const isJson = /^application\/json(?:[ \t]*;[ \t]*charset=(?:utf-8|"utf-8"))?$/i.test(
    headers.get("content-type") ?? "",
  );
  if (isJson && !headers.has("content-encoding")) return;
  throw new HttpProblem(
    "UNSUPPORTED_MEDIA_TYPE",
    'Cannot read the body: its Content-Type must be "application/json", in UTF-8 and without a Content-Encoding',
    { headers: { "Accept-Post": "application/json" } },
  );
}
