/** W3C Trace Context, version 00. All zeros stand for no id. */
const traceparent = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}$/;

/** The caller's `traceparent`, for the reply: the trace that an execution started by the request continues. */
export function traceHeaders(asked: Headers): Readonly<Record<string, string>> | undefined {
  const given = asked.get("traceparent");
  return given !== null && traceparent.test(given) ? { traceparent: given } : undefined;
}

/** The caller's trace and span, for log lines about a request that has none of its own. */
export function traceIds(asked: Headers): { readonly traceId?: string; readonly spanId?: string } {
  const [, traceId, spanId] = traceparent.exec(asked.get("traceparent") ?? "") ?? [];
  return traceId === undefined || spanId === undefined ? {} : { traceId, spanId };
}
