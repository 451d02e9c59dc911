import { createHash } from "node:crypto";
import type { Workflow } from "./workflow.ts";

/**
 * The one text of a JSON document, whatever the order of its keys: RFC 8785. A key whose value is undefined is absent.
 *
 * @throws {TypeError} when the value holds something that JSON cannot, such as a function or an infinite number.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && value !== null) return canonicalObject(value);
  if (value === null || typeof value === "boolean" || typeof value === "string" || Number.isFinite(value)) {
    return JSON.stringify(value);
  }
  throw new TypeError(
    `Cannot write canonical JSON: ${typeof value === "number" ? String(value) : typeof value} is not JSON`,
  );
}

function canonicalObject(object: object): string {
  const members: string[] = [];
  const entries: readonly (readonly [string, unknown])[] = Object.entries(object);
  for (const [key, member] of entries.toSorted(byCodeUnit)) {
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${canonicalJson(member)}`);
  }
  return `{${members.join(",")}}`;
}

/** The order that RFC 8785 section 3.2.3 asks for. */
function byCodeUnit([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}

const known = new WeakMap<Workflow, string>();

/**
 * SHA-256 in hex of what a workflow means: two sources that compile to equal ASTs have the same hash. A workflow object is
 * hashed once.
 */
export function workflowHash(workflow: Workflow): string {
  let hash = known.get(workflow);
  if (hash === undefined) {
    hash = createHash("sha256").update(canonicalJson(workflow)).digest("hex");
    known.set(workflow, hash);
  }
  return hash;
}
