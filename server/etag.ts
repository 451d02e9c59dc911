import type { ApiReply, ApiRequest } from "./route.ts";

/** A reply that may be kept as long as its tag is the same, or 304 for who has it. `tag` is without quotes. */
export function tagged({ headers: asked }: Pick<ApiRequest, "headers">, tag: string, body: object): ApiReply {
  const quoted = `"${tag}"`;
  const headers = { ETag: quoted, "Cache-Control": "private, no-cache" };
  return hasTag(asked.get("if-none-match"), quoted) ? { status: 304, headers } : { status: 200, body, headers };
}

/** RFC 9110 section 13.1.2: weakly compared, so `W/` makes no difference. */
function hasTag(wanted: string | null, tag: string): boolean {
  if (wanted === null) return false;
  return wanted.split(",").some((part) => part.trim() === "*" || part.trim().replace(/^W\//, "") === tag);
}
