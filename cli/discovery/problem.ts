import type { Failure } from "../failure.ts";

/** What is wrong with one source; the others are not affected. */
export interface DiscoveryProblem {
  /** The file or package, as people read it. */
  readonly from: string;
  readonly error: Failure;
}

export function discoveryProblem(from: string, message: string, fix?: string): DiscoveryProblem {
  return { from, error: { code: "INVALID_WORKFLOW", message, ...(fix !== undefined && { fix }) } };
}
