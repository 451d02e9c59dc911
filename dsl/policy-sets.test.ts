import { describe, expect, expectTypeOf, test } from "bun:test";
import { createEngine } from "../lib/engine/create-engine.ts";
import { RetryableError } from "../lib/errors.ts";
import { VirtualClock } from "../lib/testing/virtual-clock.ts";
import { workflowHash } from "../lib/workflow-hash.ts";
import { parseWorkflow } from "./compile.ts";
import { defineWorkflow } from "./define.ts";
import { diagnose, document, marked, options, shopStep } from "./fixtures/shop.ts";
import type { PolicySet } from "./policy-sets.ts";
import { printWorkflow } from "./print.ts";

const sets = `, "policySets": {
    "patient": { "timeout": "1m", "retry": { "maxAttempts": 9, "baseDelay": "2s" }, "circuitBreaker": { "resetTimeout": "5m" }, "bulkhead": { "maxConcurrent": 2 } },
    "calm": { "rateLimit": { "limit": 1, "per": "1s" } } }`;
const using = (id: string, policies: string): string => shopStep(id, `, "policies": ${policies}`);

describe("a policy set in a document", () => {
  const own = `{ "use": "patient", "retry": { "maxAttempts": 2 }, "circuitBreaker": { "target": "\${input.host}" } }`;

  test("gives a step its fields, which the step's own override one by one", () => {
    const workflow = parseWorkflow(document(using("a", own), sets), options);
    expect(workflow.steps[0]?.policies).toEqual({
      timeoutMs: 60_000,
      retry: { maxAttempts: 2, baseDelayMs: 2_000 },
      circuitBreaker: {
        resetTimeoutMs: 300_000,
        target: { kind: "expression", expression: { kind: "reference", root: "input", path: ["host"] } },
      },
      bulkhead: { maxConcurrent: 2 },
    });
  });

  test("gives the workflow its fields, its timeout for each attempt", () => {
    const policies = `{ "use": "patient", "timeout": { "global": "1h" }, "resilience": { "retry": { "jitter": "none" } } }`;
    const workflow = parseWorkflow(document(shopStep("a"), `${sets}, "policies": ${policies}`), options);
    expect(workflow.policies).toEqual({
      globalTimeoutMs: 3_600_000,
      timeoutMs: 60_000,
      retry: { maxAttempts: 9, baseDelayMs: 2_000, jitter: "none" },
      circuitBreaker: { resetTimeoutMs: 300_000 },
      bulkhead: { maxConcurrent: 2 },
    });
  });

  test("leaves no trace: the same policies written out have the same hash", () => {
    const used = parseWorkflow(document(using("a", `{ "use": "calm", "timeout": 5 }`), sets), options);
    const written = `{ "timeout": "5ms", "rateLimit": { "limit": 1, "per": 1000 } }`;
    expect(used).toEqual(parseWorkflow(document(using("a", written)), options));
    expect(parseWorkflow(printWorkflow(used), options)).toEqual(used);
  });

  const child = `    { "id": "c", "workflow": { "id": "x" }, "policies": { "use": «"calm"» } }`;
  test.each<readonly [string, string, string]>([
    ["a name that is misspelt", "POLICY_SET_UNKNOWN", document(using("a", `{ "use": «"pateint"» }`), sets)],
    ["a name where there are none", "POLICY_SET_UNKNOWN", document(using("a", `{ "use": «"toString"» }`))],
    [
      "a misspelt name for all",
      "POLICY_SET_UNKNOWN",
      document(shopStep("a"), `${sets}, "policies": { "use": «"clam"» }`),
    ],
    ["a name that is no text", "SCHEMA_TYPE", document(using("a", `{ "use": «7» }`), sets)],
    [
      "a set with a template",
      "SCHEMA_UNKNOWN_KEY",
      document(shopStep("a"), `, "policySets": { "s": { "circuitBreaker": { «"target"»: "x" } } }`),
    ],
    [
      "a set with another set",
      "SCHEMA_UNKNOWN_KEY",
      document(shopStep("a"), `, "policySets": { "s": { «"use"»: "t" } }`),
    ],
    [
      "a misspelt policy in a set",
      "SCHEMA_UNKNOWN_KEY",
      document(shopStep("a"), `, "policySets": { "s": { «"retri"»: {} } }`),
    ],
    ["a wrong value in a set", "SCHEMA_VALUE", document(shopStep("a"), `, "policySets": { "s": { "timeout": «0» } }`)],
    ["a set without a name", "SCHEMA_VALUE", document(shopStep("a"), `, "policySets": { "a b": «{»} }`)],
    ["agents' policies for a child", "SCHEMA_CONFLICTING_KEY", document(child, sets)],
    [
      "a set for a wait",
      "SCHEMA_CONFLICTING_KEY",
      document(`    { "id": "w", "wait": { "for": 1 }, "policies": { «"use"»: "calm" } }`, sets),
    ],
  ])("is refused for %s", (_what, code, source) => {
    const { text, places } = marked(source);
    expect(diagnose(text)).toEqual(places.map((place) => [code, ...place]));
  });

  test("is carried out", async () => {
    const clock = new VirtualClock();
    let calls = 0;
    const agent = {
      id: "@test/shop",
      version: "1.0.0",
      execute: () => {
        calls++;
        throw new RetryableError("not yet");
      },
    };
    const set = `, "policySets": { "stubborn": { "retry": { "maxAttempts": 5, "baseDelay": 1, "jitter": "none" } } }`;
    const engine = createEngine({ agents: [agent], clock });
    const { execution } = await engine.start(
      parseWorkflow(document(using("a", `{ "use": "stubborn" }`), set), options),
    );
    await clock.advance(60_000);
    expect(await execution.result).toMatchObject({ status: "failed" });
    expect(calls).toBe(5);
  });
});

describe("a policy set in defineWorkflow()", () => {
  const patient = {
    timeout: "1m",
    retry: { maxAttempts: 9, baseDelay: "2s" },
    circuitBreaker: { resetTimeout: "5m" },
    bulkhead: { maxConcurrent: 2 },
  } satisfies PolicySet;

  test("gives the same data as in a file", () => {
    const { workflow } = defineWorkflow({
      id: "w",
      name: "W",
      version: "1.0.0",
      policySets: { patient, calm: { rateLimit: { limit: 1, per: "1s" } } },
      policies: { use: "calm" },
      steps: ({ step }) =>
        void step("a", {
          agent: "@test/shop",
          input: { query: "x" },
          policies: { use: "patient", retry: { maxAttempts: 2, baseDelay: undefined } },
        }),
    });
    const file = document(
      using("a", `{ "use": "patient", "retry": { "maxAttempts": 2 } }`),
      `${sets}, "policies": { "use": "calm" }`,
    );
    expect(workflow).toEqual(parseWorkflow(file, options));
    expect(workflowHash(workflow)).toBe(workflowHash(parseWorkflow(file, options)));
  });

  test("holds no templates in its type, and says what is wrong with it", () => {
    expectTypeOf<PolicySet>().not.toHaveProperty("idempotencyKey");
    expectTypeOf<NonNullable<PolicySet["circuitBreaker"]>>().not.toHaveProperty("target");
    const define = (policySets: Record<string, PolicySet>, use: string) => (): unknown =>
      defineWorkflow({
        id: "w",
        version: "1.0.0",
        policySets,
        steps: ({ step }) => {
          step("a", { agent: "@test/shop", input: {}, policies: { use } });
          step("c", { workflow: "child", input: {}, policies: { use } });
        },
      });
    expect(define({ patient }, "pateint")).toThrow(
      'Cannot define step "a" of workflow "w": there is no policy set "pateint": did you mean "patient"?',
    );
    expect(define({ patient }, "patient")).toThrow('the policy set "patient" is about calls of agents');
    expect(define({ quick: { timeout: 0 }, plain: {} }, "plain")).toThrow(
      'Cannot define policy set "quick" of workflow "w": Cannot read policy "timeout"',
    );
  });
});
