import type { RetryKind } from "../../lib/workflow.ts";
import type { DetailedDoc } from "./doc.ts";
import { formatDefaults } from "./format-defaults.ts";

const { retry, circuitBreaker, bulkhead } = formatDefaults;

export const policiesDocs: DetailedDoc = {
  text: "What holds for the whole run, and for each step that says nothing else.",
  properties: {
    use: "The name of a set in `policySets`, for all steps. What stands beside it overrides the set field by field.",
    timeout: {
      text: "How long things may take.",
      properties: {
        global: {
          text: "Limit for the whole run: milliseconds, or text such as `5m`.",
          default: formatDefaults.globalTimeout,
        },
        perStep: {
          text: "Limit for one attempt of a step: milliseconds, or text such as `30s`.",
          default: formatDefaults.stepTimeout,
        },
      },
    },
    resilience: {
      text: "What stands around each attempt of a step that calls an agent.",
      properties: {
        retry: "How failed attempts are tried again.",
        circuitBreaker: "When to stop calling an agent that keeps failing, over all runs of an engine.",
        bulkhead:
          "How many attempts of an agent may run at once, over all runs of an engine. Off unless it is here or in a step.",
        rateLimit:
          "How many attempts may start in a time, over all runs of an engine. Off unless it is here or in a step.",
        compositionOrder:
          "How these are nested: a retry calls through a circuit breaker, which calls with a timeout. There is no other order.",
      },
    },
    concurrency: {
      text: "What may run at the same time.",
      properties: {
        maxConcurrentSteps: {
          text: "Steps of this run at once, within the engine's own limit over all runs.",
          default: formatDefaults.maxConcurrentSteps,
        },
        onFailure: {
          text: "What becomes of running steps when a step has failed the run.",
          default: formatDefaults.onFailure,
          values: { abort: "They are told to stop.", drain: "They may end, and no other step starts." },
        },
      },
    },
    cancellation: {
      text: "How a run is stopped.",
      properties: {
        gracePeriod: {
          text: "The time that running steps get to stop: milliseconds, or text such as `5s`.",
          default: formatDefaults.gracePeriod,
        },
      },
    },
    budget: {
      text: "What the run and its children may use up in all, also over a resume. Reaching a bound stops the run with `BUDGET_EXCEEDED`. Without it there is no bound.",
      snippets: [
        {
          label: "Tokens and money",
          description: "Bounds for what models cost",
          body: { tokens: "^${1:100000}", usd: "^${2:1}" },
        },
      ],
      properties: {
        wallClock: { text: "Time in which the run works, without the time it waits.", examples: ["10m"] },
        tokens: { text: "Tokens, as agents report them.", examples: [100_000] },
        usd: { text: "US dollars, as agents report them.", examples: [0.5] },
        calls: { text: "Attempts of agents.", examples: [100] },
      },
    },
  },
};

/** Docs of `policySets`' members; a set has no expressions, so its circuit breaker has no target. */
export const policySetDocs: DetailedDoc = {
  text: "Policies with a name.",
  properties: {
    timeout: { text: "Limit for one attempt.", examples: ["30s"] },
    retry: "How failed attempts are tried again.",
    circuitBreaker: {
      text: "When to stop calling an agent that keeps failing, over all runs of an engine.",
      properties: {
        failureThreshold: "Failures in a row that open the circuit.",
        resetTimeout: "The time for which an open circuit refuses calls.",
        halfOpenProbes: "Calls let through to see whether the agent is well again.",
      },
    },
    bulkhead: "How many attempts of an agent may run at once, over all runs of an engine.",
    rateLimit: "How many attempts may start in a time, over all runs of an engine.",
  },
};

/** What each kind of error is, so that a kind that is added must be explained. */
const retryKindTexts: Readonly<Record<RetryKind, string>> = {
  timeout: "The attempt, or a connection in it, took too long.",
  network: "No connection, or a broken one.",
  http5xx: "An HTTP status from 500: the server is at fault.",
  http429: "HTTP 408, 425 or 429: later it may work.",
  http4xx: "Another HTTP status from 400: the request is at fault. Not retried by default.",
  retryable: "The agent says that another attempt may help.",
  rejected: "There was no room: a full bulkhead or a rate limit.",
  circuitOpen: "The circuit breaker is open. Not retried by default.",
  bug: "A mistake in the agent's code, such as a `TypeError`. Not retried by default.",
  unknown: "Any other error.",
};

export const retryDocs: DetailedDoc = {
  text: "How failed attempts are tried again.",
  snippets: [
    {
      label: "Retry",
      description: "Attempts and the delay before the second one",
      body: { maxAttempts: `^\${1:${retry.maxAttempts}}`, baseDelay: `\${2:${retry.baseDelay}}` },
    },
  ],
  properties: {
    maxAttempts: { text: "Attempts in total, the first one included. 1 is no retry.", default: retry.maxAttempts },
    baseDelay: {
      text: "The delay before the second attempt; it doubles for each further one. Milliseconds, or text such as `1s`.",
      default: retry.baseDelay,
    },
    maxDelay: { text: "Bound of one delay, jitter included.", default: retry.maxDelay },
    jitter: {
      text: "How chance changes the delays, so that callers who failed together do not come back together.",
      default: retry.jitter,
      values: {
        none: "No chance: exactly the delay.",
        full: "Anything from nothing to the delay.",
        equal: "From half the delay to all of it.",
        decorrelated: "From the base delay to three times the delay before.",
      },
      properties: {
        randomizationFactor:
          "The share of a delay by which it is longer or shorter: 0.5 is from half to one and a half of it.",
      },
    },
    maxElapsed: { text: "Bound of all attempts and delays together.", default: retry.maxElapsed },
    retryOn: {
      text: "The kinds of error that are retried, in place of the usual ones.",
      values: retryKindTexts,
      examples: [["timeout", "network", "http5xx", "http429"]],
    },
  },
};

export const circuitBreakerDocs: DetailedDoc = {
  text: "Stops calling an agent that keeps failing, for all runs of an engine.",
  snippets: [
    {
      label: "Circuit breaker",
      description: "Failures that open it, and how long it stays open",
      body: {
        failureThreshold: `^\${1:${circuitBreaker.failureThreshold}}`,
        resetTimeout: `\${2:${circuitBreaker.resetTimeout}}`,
      },
    },
  ],
  properties: {
    failureThreshold: { text: "Failures in a row that open the circuit.", default: circuitBreaker.failureThreshold },
    resetTimeout: {
      text: "The time for which an open circuit refuses calls: milliseconds, or text such as `60s`.",
      default: circuitBreaker.resetTimeout,
    },
    halfOpenProbes: {
      text: "Calls let through to see whether the agent is well again.",
      default: circuitBreaker.halfOpenProbes,
    },
    target: {
      text: "Text with expressions that splits the agent's circuit by what it calls, such as a host.",
      examples: ["${input.host}"],
    },
  },
};

export const bulkheadDocs: DetailedDoc = {
  text: "Attempts of one agent at once, over all runs of an engine.",
  snippets: [
    {
      label: "Bulkhead",
      description: "Attempts at once",
      body: { maxConcurrent: `^\${1:${bulkhead.maxConcurrent}}` },
    },
  ],
  properties: {
    maxConcurrent: { text: "Attempts at once.", default: bulkhead.maxConcurrent },
    maxQueue: { text: "Attempts that may wait for a place, within their timeout.", default: bulkhead.maxQueue },
  },
};

export const rateLimitDocs: DetailedDoc = {
  text: "Attempts that may start in a time, over all runs of an engine.",
  snippets: [{ label: "Rate limit", description: "Attempts in a time", body: { limit: "^${1:10}", per: "${2:1s}" } }],
  properties: {
    limit: "Attempts in that time.",
    per: { text: "The time: milliseconds, or text such as `1s`.", examples: ["1s", "1m"] },
  },
};
