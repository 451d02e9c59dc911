import { createHash } from "node:crypto";
import type { Idempotency } from "../lib/engine/engine.ts";
import type { JsonObject } from "../lib/json.ts";
import { canonicalJson } from "../lib/workflow-hash.ts";
import { HttpProblem } from "./problem.ts";

/**
 * The `Idempotency-Key` of a request with a fingerprint of its body, in which neither white space nor the order of keys
 * counts. Undefined without the header.
 *
 * @throws {HttpProblem} 400 when the key is not 1 to 255 visible ASCII characters.
 */
export function idempotencyOf(headers: Headers, body: JsonObject): Idempotency | undefined {
  const key = headers.get("idempotency-key");
  if (key === null) return undefined;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new HttpProblem(
      "BAD_REQUEST",
      "Cannot use the Idempotency-Key: it must be 1 to 255 visible ASCII characters",
    );
  }
  return { key, fingerprint: createHash("sha256").update(canonicalJson(body)).digest("hex") };
}
