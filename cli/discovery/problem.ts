import type { Failure } from "../failure.ts";

/** What is wrong with one source, by itself or beside others; all else is not affected. */
export interface DiscoveryProblem {
  readonly kind: "broken" | "rival";
  /** The file or package, as people read it. */
  readonly from: string;
  readonly error: Failure;
}

/** Something that could not be loaded. */
export function broken(from: string, error: Failure): DiscoveryProblem {
  return { kind: "broken", from, error };
}

/** Something that cannot be registered beside what others claim. */
export function rival(from: string, message: string, fix: string): DiscoveryProblem {
  return { kind: "rival", from, error: { code: "INVALID_WORKFLOW", message, fix } };
}
