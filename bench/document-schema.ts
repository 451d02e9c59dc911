import * as v from "valibot";

/**
 * The least that checking the shape of a workflow document can cost with valibot: what `dsl/schema.ts` accepts and refuses,
 * without words for it. A yardstick, so it is written again here: `document-schema.test.ts` holds the two together.
 */
const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);
const anyObject = v.custom<object>(isObject);

const text = v.string();
const name = v.pipe(text, v.minLength(1), v.maxLength(255));
const description = v.pipe(text, v.maxLength(10_000));
const slug = v.pipe(text, v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/));
const version = v.pipe(
  text,
  v.regex(/^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-[0-9A-Za-z-.]+)?(?:\+[0-9A-Za-z-.]+)?$/),
);
const range = v.pipe(text, v.regex(/^[\^~<>=v\s|*x.\-+0-9A-Za-z]+$/));
const duration = v.union([
  v.pipe(v.number(), v.minValue(0)),
  v.pipe(text, v.regex(/^\d{1,15}(?:\.\d{1,9})?(?:ms|s|m|h|d)$/)),
]);
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const amount = v.pipe(v.number(), v.finite(), v.gtValue(0));
const template = v.unknown();

const retry = v.strictObject({
  maxAttempts: v.exactOptional(count),
  baseDelay: v.exactOptional(duration),
  maxDelay: v.exactOptional(duration),
  jitter: v.exactOptional(
    v.union([
      v.picklist(["none", "full", "equal", "decorrelated"]),
      v.strictObject({ randomizationFactor: v.pipe(v.number(), v.minValue(0), v.maxValue(1)) }),
    ]),
  ),
  maxElapsed: v.exactOptional(duration),
  retryOn: v.exactOptional(
    v.array(
      v.picklist([
        "timeout",
        "network",
        "http5xx",
        "http429",
        "http4xx",
        "retryable",
        "rejected",
        "circuitOpen",
        "bug",
        "unknown",
      ]),
    ),
  ),
});
const breakerBounds = {
  failureThreshold: v.exactOptional(count),
  resetTimeout: v.exactOptional(duration),
  halfOpenProbes: v.exactOptional(count),
};
const circuitBreaker = v.strictObject({ ...breakerBounds, target: v.exactOptional(text) });
const bulkhead = v.strictObject({ maxConcurrent: v.exactOptional(count), maxQueue: v.exactOptional(size) });
const rateLimit = v.strictObject({ limit: count, per: duration });
const plainPolicies = {
  timeout: v.exactOptional(duration),
  retry: v.exactOptional(retry),
  bulkhead: v.exactOptional(bulkhead),
  rateLimit: v.exactOptional(rateLimit),
};
const jsonSchema = v.union([v.boolean(), anyObject]);

const agent = v.strictObject({
  id: name,
  version: v.exactOptional(range),
  config: v.exactOptional(template),
});

const step = v.strictObject({
  id: v.pipe(text, v.regex(/^[A-Za-z_][A-Za-z0-9_-]{0,127}$/)),
  name: v.exactOptional(name),
  description: v.exactOptional(description),
  agent: v.exactOptional(agent),
  workflow: v.exactOptional(
    v.strictObject({
      id: v.exactOptional(slug),
      file: v.exactOptional(v.pipe(text, v.regex(/^[^/\\:\0][^\\:\0]*\.json$/), v.maxLength(1_024))),
    }),
  ),
  wait: v.exactOptional(
    v.strictObject({
      for: v.exactOptional(duration),
      until: v.exactOptional(template),
      signal: v.exactOptional(slug),
      timeout: v.exactOptional(duration),
    }),
  ),
  input: v.exactOptional(template),
  dependencies: v.exactOptional(v.array(text)),
  condition: v.exactOptional(text),
  forEach: v.exactOptional(v.strictObject({ items: text, maxConcurrency: v.exactOptional(count) })),
  repeat: v.exactOptional(
    v.strictObject({
      until: text,
      maxIterations: v.pipe(count, v.maxValue(10_000)),
      delay: v.exactOptional(duration),
    }),
  ),
  onError: v.exactOptional(v.picklist(["fail", "continue", "fallback", "retry"])),
  fallbackStepId: v.exactOptional(text),
  output: v.exactOptional(
    v.strictObject({
      schema: v.exactOptional(jsonSchema),
      redact: v.exactOptional(v.array(v.pipe(text, v.regex(/^[A-Za-z_[]/)))),
    }),
  ),
  compensate: v.exactOptional(v.strictObject({ agent, input: v.exactOptional(template) })),
  policies: v.exactOptional(
    v.strictObject({
      use: v.exactOptional(text),
      ...plainPolicies,
      circuitBreaker: v.exactOptional(circuitBreaker),
      idempotencyKey: v.exactOptional(text),
    }),
  ),
});

export const bareDocument = v.strictObject({
  $schema: v.exactOptional(text),
  version,
  metadata: v.strictObject({
    id: slug,
    name,
    description: v.exactOptional(description),
    tags: v.exactOptional(v.array(name)),
  }),
  input: v.exactOptional(jsonSchema),
  context: v.exactOptional(
    v.strictObject({
      variables: v.exactOptional(anyObject),
      environment: v.exactOptional(v.array(v.pipe(text, v.regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/)))),
      secretRefs: v.exactOptional(v.array(v.pipe(text, v.regex(/^secret:\/\/[A-Za-z_][A-Za-z0-9_./-]{0,127}$/)))),
    }),
  ),
  steps: v.pipe(v.array(step), v.minLength(1), v.maxLength(10_000)),
  output: v.exactOptional(template),
  policySets: v.exactOptional(
    v.record(
      v.pipe(text, v.regex(/^[A-Za-z_][A-Za-z0-9_-]{0,127}$/)),
      v.strictObject({ ...plainPolicies, circuitBreaker: v.exactOptional(v.strictObject(breakerBounds)) }),
    ),
  ),
  policies: v.exactOptional(
    v.strictObject({
      use: v.exactOptional(text),
      timeout: v.exactOptional(
        v.strictObject({ global: v.exactOptional(duration), perStep: v.exactOptional(duration) }),
      ),
      resilience: v.exactOptional(
        v.strictObject({
          retry: v.exactOptional(retry),
          circuitBreaker: v.exactOptional(circuitBreaker),
          bulkhead: v.exactOptional(bulkhead),
          rateLimit: v.exactOptional(rateLimit),
          compositionOrder: v.exactOptional(v.literal("retry-cb-timeout")),
        }),
      ),
      concurrency: v.exactOptional(
        v.strictObject({
          maxConcurrentSteps: v.exactOptional(count),
          onFailure: v.exactOptional(v.picklist(["abort", "drain"])),
        }),
      ),
      cancellation: v.exactOptional(v.strictObject({ gracePeriod: v.exactOptional(duration) })),
      budget: v.exactOptional(
        v.strictObject({
          wallClock: v.exactOptional(duration),
          tokens: v.exactOptional(count),
          usd: v.exactOptional(amount),
          calls: v.exactOptional(count),
        }),
      ),
    }),
  ),
});
