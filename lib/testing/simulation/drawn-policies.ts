import type { RetryPolicy, StepPolicies, WorkflowPolicies } from "../../workflow.ts";
import type { Draw } from "./draw.ts";
import type { Features } from "./features.ts";

export function drawStepPolicies(draw: Draw, features: Features): StepPolicies {
  return {
    ...(features.timeouts && draw.chance(0.6) && { timeoutMs: draw.skewed(20, 20_000) }),
    ...(features.retries && draw.chance(0.6) && { retry: drawRetry(draw) }),
    ...(features.circuits &&
      draw.chance(0.5) && {
        circuitBreaker: { failureThreshold: draw.int(1, 3), resetTimeoutMs: draw.skewed(50, 10_000) },
      }),
    ...(features.bulkheads &&
      draw.chance(0.5) && { bulkhead: { maxConcurrent: draw.int(1, 2), maxQueue: draw.int(0, 3) } }),
    ...(features.rates && draw.chance(0.5) && { rateLimit: { limit: draw.int(1, 3), perMs: draw.skewed(20, 5_000) } }),
  };
}

function drawRetry(draw: Draw): RetryPolicy {
  return {
    maxAttempts: draw.int(1, 4),
    baseDelayMs: draw.skewed(1, 2_000),
    jitter: draw.pick(["none", "full", "equal", "decorrelated", { randomizationFactor: 0.5 }]),
    ...(draw.chance(0.3) && { maxElapsedMs: draw.skewed(100, 60_000) }),
  };
}

export function drawWorkflowPolicies(draw: Draw, features: Features): WorkflowPolicies {
  return {
    ...drawStepPolicies(draw, { ...features, bulkheads: false, rates: false }),
    ...(features.limits && draw.chance(0.7) && { maxConcurrentSteps: draw.int(1, 4) }),
    ...(features.timeouts && draw.chance(0.3) && { globalTimeoutMs: draw.skewed(200, 120_000) }),
    onFailure: draw.chance(0.3) ? "drain" : "abort",
    ...(draw.chance(0.5) && { gracePeriodMs: draw.int(0, 3_000) }),
    ...(features.budgets && draw.chance(0.5) && { budget: drawBudget(draw) }),
  };
}

function drawBudget(draw: Draw): NonNullable<WorkflowPolicies["budget"]> {
  switch (draw.int(0, 2)) {
    case 0:
      return { calls: draw.skewed(1, 60) };
    case 1:
      return { tokens: draw.skewed(1, 500) };
    default:
      return { wallClockMs: draw.skewed(100, 60_000) };
  }
}
