import { isOrchestr8Error } from "../errors.ts";
import { exponentialBackoff } from "../resilience/backoff.ts";
import { errorKind } from "../resilience/classify.ts";
import type { RetryOptions } from "../resilience/retry.ts";
import type { RetryKind } from "../workflow.ts";
import type { PlannedStep } from "./plan.ts";

/**
 * A step's retry policy as the options of the resilience library, whose `decideRetry` the engine calls. A bound of the
 * delay that is below the base bounds the base, too.
 */
export function retryOptions({ policies, step }: Pick<PlannedStep, "policies" | "step">): RetryOptions {
  const { maxAttempts, baseDelayMs, maxDelayMs, maxElapsedMs, jitter, retryOn } = policies.retry;
  const retryIf = step.onError === "retry" ? isWorthAnyRetry : retryOn && isOneOf(retryOn);
  return {
    maxAttempts,
    maxElapsed: maxElapsedMs,
    backoff: exponentialBackoff({ base: Math.min(baseDelayMs, maxDelayMs), maxDelay: maxDelayMs, jitter }),
    ...(retryIf !== undefined && { retryIf }),
  };
}

function isOneOf(kinds: readonly RetryKind[]): (error: unknown) => boolean {
  const wanted: ReadonlySet<string> = new Set(kinds);
  return (error) => wanted.has(errorKind(error));
}

/** `onError: "retry"` retries whatever its class, but for input that will never fit and work that was stopped. */
function isWorthAnyRetry(error: unknown): boolean {
  return !(isOrchestr8Error(error) && (error.code === "VALIDATION" || error.code === "CANCELLED"));
}
