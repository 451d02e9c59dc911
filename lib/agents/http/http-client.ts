import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { rootCertificates } from "node:tls";
import { systemClock } from "../../clock.ts";
import { traceHeaders } from "../../telemetry.ts";
import { parseRetryAfter } from "../../resilience/retry-after.ts";
import { createAddressGuard } from "./address-guard.ts";
import type { HttpConfig } from "./http-config.ts";
import { HttpError } from "./http-error.ts";
import type { HttpInput, HttpOutput } from "./http-input.ts";
import { type HttpRequest, requestName } from "./http-request.ts";
import { parseBody } from "./parse-body.ts";
import { readBody } from "./read-body.ts";
import { redirectedRequest } from "./redirect.ts";
import { type Resolve, resolveChecked, systemResolve } from "./resolve-host.ts";
import { roundTrip } from "./round-trip.ts";

/** Sends a request, follows its redirects, and reads the answer as its input asks. */
export type HttpClient = (
  request: HttpRequest,
  reading: Pick<HttpInput, "expect" | "parse">,
  signal: AbortSignal,
) => Promise<HttpOutput>;

/** `resolve` stands in for the system's look-up of names. */
export function createHttpClient(config: HttpConfig, resolve: Resolve = systemResolve): HttpClient {
  const guard = createAddressGuard(config.allow);
  const ca = config.ca === undefined ? undefined : [...rootCertificates, config.ca];
  return async (first, reading, signal) => {
    const redirects: string[] = [];
    for (let request = traced(first); ;) {
      const addresses = await untilAborted(resolveChecked(request.url, guard, resolve), signal);
      const current = request;
      const answer = await roundTrip(current, { addresses, ca, signal }, (incoming) =>
        take(current, incoming, reading, config.maxResponseBytes),
      );
      if (!("next" in answer)) return { ...answer, url: current.url.href, redirects };
      if (redirects.length >= config.maxRedirects) {
        const message = `Cannot ${requestName(first)}: it is redirected more often than ${config.maxRedirects} times`;
        throw new HttpError("HTTP_REDIRECT", message, answer);
      }
      redirects.push(current.url.href);
      request = answer.next;
    }
  };
}

/** What goes on with the active trace, unless the request has such headers of its own. */
function traced(request: HttpRequest): HttpRequest {
  return { ...request, headers: { ...traceHeaders(), ...request.headers } };
}

const noBytes = new Uint8Array();

type Taken = Pick<HttpOutput, "status" | "headers" | "body">;

interface Redirected {
  readonly status: number;
  readonly next: HttpRequest;
}

/** An answer as data, or the request that it leads to. */
async function take(
  request: HttpRequest,
  answer: IncomingMessage,
  { expect, parse = "auto" }: Pick<HttpInput, "expect" | "parse">,
  maxBytes: number,
): Promise<Taken | Redirected> {
  const { statusCode: status = 0, headers } = answer;
  const isExpected = expect === undefined ? status >= 200 && status < 300 : expect.includes(status);
  if (!isExpected) {
    const next = redirectedRequest(request, status, headers.location);
    return next === undefined ? refuse(request, status, headers) : { status, next };
  }
  const name = requestName(request);
  const hasBody = request.method !== "HEAD" && status !== 204 && status !== 304;
  const bytes = hasBody ? await readBody(answer, maxBytes, name) : noBytes;
  return { status, headers: plainHeaders(headers), body: parseBody(bytes, headers["content-type"], parse, name) };
}

function refuse(request: HttpRequest, status: number, headers: IncomingHttpHeaders): never {
  const retryAfter = parseRetryAfter(headers["retry-after"], systemClock.wall());
  throw new HttpError("HTTP_STATUS", `Cannot ${requestName(request)}: it answered ${status}`, { status, retryAfter });
}

/** Several values of one name are one, as `Headers` joins them. */
function plainHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]],
    ),
  );
}

/** A name's look-up cannot be stopped, and need not be waited for. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    const unlink = (): void => signal.removeEventListener("abort", onAbort);
    work.finally(unlink).then(resolve, reject);
  });
}
