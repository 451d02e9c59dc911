import type { AttemptPolicies } from "../engine/resolve-policies.ts";
import type { JitterPolicy } from "../workflow.ts";

/** All attempts of one unit: how many, how long they take, and how long lies between them. */
export interface TryingBound {
  readonly attempts: number;
  readonly workMs: number;
  readonly delayMs: number;
  readonly elapsedMs: number;
}

/** When each attempt takes `attemptMs` and fails. No attempt starts after `maxElapsed`, and the last one may take its time. */
export function tryingBound({ retry }: AttemptPolicies, attemptMs: number): TryingBound {
  const { maxAttempts, maxElapsedMs } = retry;
  const workMs = maxAttempts * attemptMs;
  const delayMs = delaysBound(retry);
  const elapsedMs = Math.min(workMs + delayMs, maxAttempts === 1 ? attemptMs : maxElapsedMs + attemptMs);
  return {
    attempts: maxAttempts,
    workMs: Math.min(workMs, elapsedMs),
    delayMs: Math.min(delayMs, elapsedMs),
    elapsedMs,
  };
}

/** The longest delays that can be drawn, one after each attempt but the last. */
function delaysBound({ maxAttempts, baseDelayMs, maxDelayMs, jitter }: AttemptPolicies["retry"]): number {
  let total = 0;
  for (let attempt = 1; attempt < maxAttempts; attempt++) {
    const delay = Math.min(baseDelayMs * growthOf(jitter) ** (attempt - 1) * spreadOf(jitter), maxDelayMs);
    // From here on every delay is the same.
    if (delay === maxDelayMs || delay === 0) return total + (maxAttempts - attempt) * delay;
    total += delay;
  }
  return total;
}

/** "decorrelated" draws up to three times the delay before, the others around a doubling one. */
function growthOf(jitter: JitterPolicy): number {
  return jitter === "decorrelated" ? 3 : 2;
}

/** How far above the nominal delay a drawn one can be. */
function spreadOf(jitter: JitterPolicy): number {
  if (typeof jitter === "object") return 1 + jitter.randomizationFactor;
  return jitter === "decorrelated" ? 3 : 1;
}
