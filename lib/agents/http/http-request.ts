import { ValidationError } from "../../errors.ts";
import type { HttpBody, HttpInput } from "./http-input.ts";

/** A request as it is sent. */
export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

/** What the connection is about, and not the caller. */
const ownHeaders = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * The request that an input asks for. One with an effect carries the step's idempotency key, unless it has its own.
 *
 * @throws {ValidationError} when it cannot be sent like that.
 */
export function requestOf(input: HttpInput, defaults: Readonly<Record<string, string>>, key: string): HttpRequest {
  const { method = "GET", headers: given = {}, query = {} } = input;
  const url = URL.canParse(input.url) ? new URL(input.url) : undefined;
  const defect = urlDefect(url);
  if (url === undefined || defect !== undefined) throw invalid("/url", defect ?? "");
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) url.searchParams.append(name, String(item));
  }
  const headers: Record<string, string> = { ...defaults };
  if (!safeMethods.has(method)) headers["idempotency-key"] = key;
  const { type, bytes } = input.body === undefined ? { type: undefined, bytes: undefined } : encode(input.body);
  if (type !== undefined) headers["content-type"] = type;
  for (const [name, value] of Object.entries(given)) headers[headerName(name)] = headerValue(name, value);
  if (bytes !== undefined && (method === "GET" || method === "HEAD")) {
    throw invalid("/body", `is not sent with ${method}`);
  }
  return { method, url, headers, body: bytes };
}

/** Why a URL cannot be called, whatever its address; undefined if it can. */
export function urlDefect(url: URL | undefined): string | undefined {
  if (url === undefined) return "must be a URL with its scheme, such as https://example.com/";
  if (url.protocol !== "http:" && url.protocol !== "https:") return "must start with http: or https:";
  if (url.username === "" && url.password === "") return undefined;
  return "must not hold a user name or a password: send an authorization header";
}

/** What messages call a request by: what follows the path may be secret. */
export function requestName({ method, url }: Pick<HttpRequest, "method" | "url">): string {
  return `${method} "${url.origin}${url.pathname}"`;
}

function headerName(name: string): string {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) throw invalid("/headers", "must have names that HTTP allows");
  const lower = name.toLowerCase();
  if (ownHeaders.has(lower)) throw invalid(`/headers/${name}`, "is not the caller's to set");
  return lower;
}

function headerValue(name: string, value: string): string {
  if (/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value)) return value.trim();
  throw invalid(`/headers/${name}`, "must be one line of Latin-1 text");
}

function encode({ json, text, bytes, form = {} }: HttpBody): { readonly type: string; readonly bytes: Uint8Array } {
  if (json !== undefined) return { type: "application/json", bytes: utf8(JSON.stringify(json)) };
  if (text !== undefined) return { type: "text/plain;charset=UTF-8", bytes: utf8(text) };
  if (bytes !== undefined) return { type: "application/octet-stream", bytes: fromBase64(bytes) };
  const fields = Object.entries(form).map(([name, value]): [string, string] => [name, String(value)]);
  return {
    type: "application/x-www-form-urlencoded;charset=UTF-8",
    bytes: utf8(new URLSearchParams(fields).toString()),
  };
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function fromBase64(text: string): Uint8Array {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) throw invalid("/body/bytes", "must be base64");
  return Buffer.from(text, "base64");
}

function invalid(pointer: string, message: string): ValidationError {
  return new ValidationError(`Cannot call agent "@orchestr8/http": its input at "${pointer}" ${message}`, {
    issues: [{ pointer, message }],
  });
}
