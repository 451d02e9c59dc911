import type { JsonValue } from "../../lib/json.ts";
import type { StartRequest } from "../../server/client/client.ts";

/** Of a request's body, below what a server takes, in bytes. */
const maxRequestBytes = 1_000_000;

/** A request with its input; undefined when that is more than a server takes. */
export function withInput(request: StartRequest, input: JsonValue): StartRequest | undefined {
  const whole = { ...request, input };
  return Buffer.byteLength(JSON.stringify(whole)) > maxRequestBytes ? undefined : whole;
}
