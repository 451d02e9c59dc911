import { describe, expect, test } from "bun:test";
import type { Template } from "../lib/workflow.ts";
import { type PoliciesInput, type StepPoliciesInput, stepPolicies, workflowPolicies } from "./policies.ts";

const literal = (value: string): Template => ({ kind: "literal", value });

describe("workflowPolicies()", () => {
  test("converts every field, with durations in milliseconds", () => {
    const input: PoliciesInput<string> = {
      timeout: { global: "5m", perStep: 1_500 },
      resilience: {
        retry: {
          maxAttempts: 4,
          baseDelay: "1s",
          maxDelay: "30s",
          jitter: "full",
          maxElapsed: "2m",
          retryOn: ["timeout"],
        },
        circuitBreaker: { failureThreshold: 2, resetTimeout: "1h", halfOpenProbes: 3, target: "host" },
        compositionOrder: "retry-cb-timeout",
      },
      concurrency: { maxConcurrentSteps: 5, onFailure: "drain" },
      cancellation: { gracePeriod: 0 },
      budget: { wallClock: "1h", tokens: 1_000, usd: 0.5, calls: 9 },
    };
    expect(workflowPolicies(input, literal)).toEqual({
      globalTimeoutMs: 300_000,
      timeoutMs: 1_500,
      retry: {
        maxAttempts: 4,
        baseDelayMs: 1_000,
        maxDelayMs: 30_000,
        jitter: "full",
        maxElapsedMs: 120_000,
        retryOn: ["timeout"],
      },
      circuitBreaker: {
        failureThreshold: 2,
        resetTimeoutMs: 3_600_000,
        halfOpenProbes: 3,
        target: { kind: "literal", value: "host" },
      },
      maxConcurrentSteps: 5,
      onFailure: "drain",
      gracePeriodMs: 0,
      budget: { wallClockMs: 3_600_000, tokens: 1_000, usd: 0.5, calls: 9 },
    });
  });

  test("has no fields for what says nothing", () => {
    const empty = {
      timeout: {},
      resilience: { retry: {}, circuitBreaker: { target: undefined } },
      concurrency: {},
      budget: {},
    };
    expect(Object.keys(workflowPolicies(empty, literal))).toEqual([]);
  });

  test("keeps an empty list of what to retry, which says a lot", () => {
    expect(workflowPolicies({ resilience: { retry: { retryOn: [] } } }, literal)).toEqual({ retry: { retryOn: [] } });
  });
});

describe("the budget of workflowPolicies()", () => {
  const invalid: [PoliciesInput["budget"], string][] = [
    [{ wallClock: "0s" }, 'Cannot read policy "budget.wallClock": it must be above 0, got 0s'],
    [{ tokens: 0.5 }, 'Cannot read policy "budget.tokens": it must be an integer >= 1, got 0.5'],
    [{ usd: 0 }, 'Cannot read policy "budget.usd": it must be a number above 0, got 0'],
    [{ usd: Infinity }, 'Cannot read policy "budget.usd": it must be a number above 0, got Infinity'],
    [{ calls: 0 }, 'Cannot read policy "budget.calls": it must be an integer >= 1, got 0'],
  ];
  test.each(invalid)("refuses %j", (budget, message) => {
    expect(() => workflowPolicies({ budget }, literal)).toThrow(new RangeError(message));
  });
});

describe("stepPolicies()", () => {
  const invalid: [StepPoliciesInput<string>, string][] = [
    [{ retry: { maxAttempts: 0 } }, 'Cannot read policy "retry.maxAttempts": it must be an integer >= 1, got 0'],
    [{ retry: { maxAttempts: 1.5 } }, 'Cannot read policy "retry.maxAttempts": it must be an integer >= 1, got 1.5'],
    [
      { circuitBreaker: { failureThreshold: Number.NaN } },
      'Cannot read policy "circuitBreaker.failureThreshold": it must be an integer >= 1, got NaN',
    ],
    [{ timeout: "0s" }, 'Cannot read policy "timeout": it must be above 0, got 0s'],
    [
      { circuitBreaker: { resetTimeout: 0 } },
      'Cannot read policy "circuitBreaker.resetTimeout": it must be above 0, got 0',
    ],
    [{ timeout: -1 }, 'Cannot read policy "timeout": it must be a duration such as 500, "30s" or "5m"'],
    [
      { retry: { baseDelay: "soon" } },
      'Cannot read policy "retry.baseDelay": it must be a duration such as 500, "30s" or "5m"',
    ],
    [
      { retry: { jitter: { randomizationFactor: 2 } } },
      'Cannot read policy "retry.jitter.randomizationFactor": it must be a number from 0 to 1, got 2',
    ],
  ];
  test.each(invalid)("refuses %j", (input, message) => {
    expect(() => stepPolicies(input, literal)).toThrow(new RangeError(message));
  });
});
