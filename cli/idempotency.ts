import { createHash } from "node:crypto";
import type { Idempotency } from "../lib/engine/engine.ts";
import type { JsonValue } from "../lib/json.ts";
import { canonicalJson, workflowHash } from "../lib/workflow-hash.ts";
import type { Workflow } from "../lib/workflow.ts";

/** The same key with another workflow or input is a mistake, and refused. */
export function idempotencyOf(key: string, workflow: Workflow, input: JsonValue): Idempotency {
  const request = canonicalJson({ workflow: workflowHash(workflow), input });
  return { key, fingerprint: createHash("sha256").update(request).digest("hex") };
}
