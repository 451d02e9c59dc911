import { describe, expect, test } from "bun:test";
import { compile } from "orchestr8/dsl";
import * as v from "valibot";
import { bareDocument } from "./document-schema.ts";
import { realisticText } from "./workflow-texts.ts";

/** A valid document that has every key of the language. */
const everything = {
  $schema: "./schema.json",
  version: "1.0.0",
  metadata: { id: "all", name: "All", description: "d", tags: ["t"] },
  input: {},
  context: { variables: { x: 1 }, environment: ["REGION"], secretRefs: ["secret://shop/token"] },
  steps: [
    {
      id: "a",
      name: "A",
      description: "d",
      agent: { id: "@a/b", version: "^1.0.0", config: {} },
      input: {},
      dependencies: ["w"],
      condition: "true",
      forEach: { items: "input.list", maxConcurrency: 2 },
      repeat: { until: "true", maxIterations: 2, delay: "1s" },
      onError: "fallback",
      fallbackStepId: "f",
      compensate: { agent: { id: "@a/b" }, input: {} },
      policies: {
        timeout: "5s",
        retry: {
          maxAttempts: 2,
          baseDelay: 1,
          maxDelay: "2s",
          jitter: { randomizationFactor: 0.5 },
          maxElapsed: "1m",
          retryOn: ["timeout"],
        },
        circuitBreaker: { failureThreshold: 1, resetTimeout: "1s", halfOpenProbes: 1, target: "x" },
        bulkhead: { maxConcurrent: 1, maxQueue: 0 },
        rateLimit: { limit: 1, per: "1s" },
        use: "patient",
        idempotencyKey: "${item}",
      },
      output: { schema: {}, redact: ["user.email"] },
    },
    { id: "f", workflow: { id: "child" } },
    { id: "g", workflow: { file: "./child.o8.json" } },
    { id: "w", wait: { signal: "go", timeout: "1d" } },
  ],
  output: "done",
  policySets: {
    patient: {
      timeout: "5s",
      retry: { maxAttempts: 2 },
      circuitBreaker: { failureThreshold: 1, resetTimeout: "1s", halfOpenProbes: 1 },
      bulkhead: { maxConcurrent: 1 },
      rateLimit: { limit: 1, per: 1 },
    },
  },
  policies: {
    use: "patient",
    timeout: { global: "1h", perStep: "1s" },
    resilience: {
      retry: {},
      circuitBreaker: {},
      bulkhead: {},
      rateLimit: { limit: 1, per: 1 },
      compositionOrder: "retry-cb-timeout",
    },
    concurrency: { maxConcurrentSteps: 1, onFailure: "drain" },
    cancellation: { gracePeriod: 0 },
    budget: { wallClock: "1h", tokens: 1, usd: 0.5, calls: 1 },
  },
};

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The document once for each place in it, with that place wrong or a key too many. */
function spoilt(value: Json): readonly Json[] {
  if (typeof value !== "object" || value === null) return [{ wrong: true }];
  if (Array.isArray(value)) {
    return value.flatMap((item: Json, index) => spoilt(item).map((bad) => value.with(index, bad) as Json));
  }
  const object = value as Readonly<Record<string, Json>>;
  return [
    { ...object, unknownKey: 1 },
    ...Object.entries(object).flatMap(([key, member]) =>
      spoilt(member).map((bad): Json => ({ ...object, [key]: bad })),
    ),
  ];
}

const isShapely = (document: Json): boolean =>
  compile(JSON.stringify(document)).diagnostics.every(({ code }) => !/^SCHEMA_(?!CONFLICTING)/.test(code));

describe("the bare schema that compiling is measured against", () => {
  test("accepts what the language accepts", () => {
    for (const document of [everything, JSON.parse(realisticText(20))] as readonly Json[]) {
      expect([v.is(bareDocument, document), isShapely(document)]).toEqual([true, true]);
    }
  });

  test("refuses what the language refuses, wherever it stands", () => {
    const documents = spoilt(everything);
    expect(documents.length).toBeGreaterThan(80);
    const differing = documents.filter((document) => v.is(bareDocument, document) !== isShapely(document));
    expect(differing).toEqual([]);
  });
});
