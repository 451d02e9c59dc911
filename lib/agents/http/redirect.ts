import { HttpError } from "./http-error.ts";
import { type HttpRequest, requestName, urlDefect } from "./http-request.ts";

const redirects = new Set([301, 302, 303, 307, 308]);

/** What another origin may see: what the caller wants, and nothing that may tell who it is. */
const shared = new Set([
  "accept",
  "accept-encoding",
  "accept-language",
  "content-type",
  "idempotency-key",
  "user-agent",
]);

/**
 * The request that a redirect leads to; undefined for an answer that is none. 303 asks for another resource, with GET, and
 * so do 301 and 302 after a POST, as browsers read them; 307 and 308 repeat the request as it is.
 *
 * @throws {HttpError} when it leads from https to http, or to no URL that can be called.
 */
export function redirectedRequest(
  request: HttpRequest,
  status: number,
  location: string | undefined,
): HttpRequest | undefined {
  if (!redirects.has(status) || location === undefined) return undefined;
  const url = URL.canParse(location, request.url.href) ? new URL(location, request.url.href) : undefined;
  const defect = urlDefect(url) ?? (isDowngrade(request.url, url) ? "must not lead from https to http" : undefined);
  if (url === undefined || defect !== undefined) {
    throw new HttpError("HTTP_REDIRECT", `Cannot ${requestName(request)}: its redirect ${defect}`, { status });
  }
  const isSameOrigin = url.origin === request.url.origin;
  const becomesGet =
    status === 303 ? request.method !== "HEAD" : (status === 301 || status === 302) && request.method === "POST";
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(
      ([name]) => (isSameOrigin || shared.has(name)) && !(becomesGet && isAboutBody(name)),
    ),
  );
  return becomesGet ? { method: "GET", url, headers, body: undefined } : { ...request, url, headers };
}

function isAboutBody(name: string): boolean {
  return name.startsWith("content-") || name === "idempotency-key";
}

function isDowngrade(from: URL, to: URL | undefined): boolean {
  return from.protocol === "https:" && to?.protocol === "http:";
}
