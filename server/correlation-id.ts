import type { NewId } from "../lib/new-id.ts";

/** Whether a text may be a correlation id: 1 to 128 visible ASCII characters, so that it is safe in headers and logs. */
export function isCorrelationId(text: string): boolean {
  return /^[\x21-\x7e]{1,128}$/.test(text);
}

/** The caller's correlation id where it has a sound one, else a new one. */
export function correlationIdOf(headers: Headers, newId: NewId): string {
  const given = headers.get("x-correlation-id");
  return given !== null && isCorrelationId(given) ? given : newId();
}
