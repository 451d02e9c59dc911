import { executionPolicies, policiesOfSteps } from "../../lib/engine/resolve-policies.ts";
import type { AgentStep, Workflow } from "../../lib/workflow.ts";
import { formatDuration } from "../duration.ts";

/** A workflow that leaves everything to the engine, but asks for a bulkhead, which without asking is off. */
const silent: Workflow = {
  kind: "workflow",
  version: "1.0.0",
  metadata: { id: "silent", name: "Silent" },
  variables: {},
  steps: [],
  policies: { bulkhead: {} },
};

const silentStep: AgentStep = {
  kind: "agent",
  id: "silent",
  agent: { id: "@orchestr8/hello-world" },
  input: { kind: "literal", value: {} },
  dependencies: [],
  onError: "fail",
  policies: {},
};

const { globalTimeoutMs, maxConcurrentSteps, onFailure, gracePeriodMs } = executionPolicies(silent);
const { timeoutMs, retry, circuitBreaker, bulkhead } = policiesOfSteps(silent)(silentStep);

/** What the engine does where a file says nothing, asked of the engine and spelled as in files. */
export const formatDefaults = {
  globalTimeout: formatDuration(globalTimeoutMs),
  stepTimeout: formatDuration(timeoutMs),
  maxConcurrentSteps,
  onFailure,
  gracePeriod: formatDuration(gracePeriodMs),
  retry: {
    maxAttempts: retry.maxAttempts,
    baseDelay: formatDuration(retry.baseDelayMs),
    maxDelay: formatDuration(retry.maxDelayMs),
    jitter: retry.jitter,
    maxElapsed: formatDuration(retry.maxElapsedMs),
  },
  circuitBreaker: {
    failureThreshold: circuitBreaker.failureThreshold,
    resetTimeout: formatDuration(circuitBreaker.resetTimeoutMs),
    halfOpenProbes: circuitBreaker.halfOpenProbes,
  },
  bulkhead: { maxConcurrent: bulkhead?.maxConcurrent, maxQueue: bulkhead?.maxQueue },
} as const;
