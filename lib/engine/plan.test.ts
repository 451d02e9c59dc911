import { describe, expect, test } from "bun:test";
import { workflowOf } from "./fixtures/workflow-of.ts";
import { plan } from "./plan.ts";

describe("plan()", () => {
  test("knows who waits for whom", () => {
    const { steps } = plan(
      workflowOf([{ id: "a" }, { id: "c", dependencies: ["a", "b"] }, { id: "b", dependencies: ["a"] }]),
    );
    expect(steps.map(({ id, waitsFor, dependents }) => ({ id, waitsFor, dependents }))).toEqual([
      { id: "a", waitsFor: 0, dependents: [1, 2] },
      { id: "c", waitsFor: 2, dependents: [] },
      { id: "b", waitsFor: 1, dependents: [1] },
    ]);
  });

  test("lets a step's policy override the workflow's field by field, and that the defaults", () => {
    const { steps } = plan(
      workflowOf([{ id: "a", policies: { retry: { baseDelayMs: 5 } } }], {
        timeoutMs: 7,
        retry: { maxAttempts: 2, baseDelayMs: 9 },
      }),
    );
    expect(steps[0]?.policies).toEqual({
      timeoutMs: 7,
      retry: {
        maxAttempts: 2,
        baseDelayMs: 5,
        maxDelayMs: 30_000,
        jitter: { randomizationFactor: 0.5 },
        maxElapsedMs: 90_000,
        retryOn: undefined,
      },
      circuitBreaker: { failureThreshold: 5, resetTimeoutMs: 60_000, halfOpenProbes: 1, target: undefined },
      bulkhead: undefined,
      rateLimit: undefined,
    });
  });

  test("makes a fallback wait for its activation and not for its owner", () => {
    const { steps } = plan(
      workflowOf([
        { id: "a", onError: "fallback", fallbackStepId: "b" },
        { id: "b", dependencies: ["a"] },
      ]),
    );
    expect(steps.map(({ waitsFor, fallback, fallbackOwner }) => ({ waitsFor, fallback, fallbackOwner }))).toEqual([
      { waitsFor: 0, fallback: 1, fallbackOwner: undefined },
      { waitsFor: 1, fallback: undefined, fallbackOwner: 0 },
    ]);
  });

  test.each<[string, Parameters<typeof workflowOf>[0], string]>([
    ["a duplicate id", [{ id: "a" }, { id: "a" }], 'two steps have the id "a"'],
    ["an id that is no plain key", [{ id: "__proto__" }], 'a step has the id "__proto__"'],
    ["an unknown dependency", [{ id: "a", dependencies: ["b"] }], 'step "a" depends on "b", which is no step'],
    [
      "a cycle",
      [{ id: "a", dependencies: ["b"] }, { id: "b", dependencies: ["a"] }, { id: "c" }],
      'in a cycle among "a", "b"',
    ],
    ["a step that waits for itself", [{ id: "a", dependencies: ["a"] }], 'in a cycle among "a"'],
    [
      "an unknown fallback",
      [{ id: "a", onError: "fallback", fallbackStepId: "x" }],
      'falls back to "x", which is no other step',
    ],
    [
      "a step that is its own fallback",
      [{ id: "a", onError: "fallback", fallbackStepId: "a" }],
      "which is no other step",
    ],
    [
      "a fallback of two steps",
      [
        { id: "a", onError: "fallback", fallbackStepId: "c" },
        { id: "b", onError: "fallback", fallbackStepId: "c" },
        { id: "c" },
      ],
      'step "c" is the fallback of two steps',
    ],
    [
      "a step that waits for a fallback",
      [{ id: "a", onError: "fallback", fallbackStepId: "c" }, { id: "b", dependencies: ["c"] }, { id: "c" }],
      'step "b" waits for "c", which is a fallback; wait for its owner',
    ],
    [
      "a fallback that waits for a dependent of its owner",
      [
        { id: "a", onError: "fallback", fallbackStepId: "c" },
        { id: "b", dependencies: ["a"] },
        { id: "c", dependencies: ["b"] },
      ],
      "in a cycle among",
    ],
  ])("refuses %s", (_, steps, message) => {
    expect(() => plan(workflowOf(steps))).toThrow(message);
  });
});
