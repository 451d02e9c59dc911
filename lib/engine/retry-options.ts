import { isOrchestr8Error } from "../errors.ts";
import { exponentialBackoff } from "../resilience/backoff.ts";
import { errorKind } from "../resilience/classify.ts";
import type { RetryOptions } from "../resilience/retry.ts";
import type { PlannedStep } from "./plan.ts";

/** A step's retry policy as the options of the resilience library, whose `decideRetry` the engine calls. */
export function retryOptions({ policies, step }: PlannedStep): RetryOptions {
  const { maxAttempts, baseDelayMs, maxDelayMs, maxElapsedMs, jitter, retryOn } = policies.retry;
  const retryIf =
    step.onError === "retry" ? isWorthAnyRetry : retryOn && ((error: unknown) => retryOn.includes(errorKind(error)));
  return {
    maxAttempts,
    maxElapsed: maxElapsedMs,
    backoff: exponentialBackoff({ base: baseDelayMs, maxDelay: maxDelayMs, jitter }),
    ...(retryIf !== undefined && { retryIf }),
  };
}

/** `onError: "retry"` retries whatever its class, but for input that will never fit and work that was stopped. */
function isWorthAnyRetry(error: unknown): boolean {
  return !(isOrchestr8Error(error) && (error.code === "VALIDATION" || error.code === "CANCELLED"));
}
