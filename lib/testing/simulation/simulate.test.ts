import { describe, expect, test } from "bun:test";
import {
  agentOf,
  agentStep,
  childStep,
  outputOf,
  value,
  waitStep,
  workflowOf,
  workflowOfSteps,
} from "../../engine/fixtures/workflow-of.ts";
import type { JsonValue } from "../../json.ts";
import { everyCrash } from "./every-crash.ts";
import { noFaults } from "./faults.ts";
import { simulate } from "./simulate.ts";

const chain = workflowOf([
  { id: "a", agent: "@test/one", input: { kind: "literal", value: 1 } },
  { id: "b", agent: "@test/two", input: outputOf("a"), dependencies: ["a"] },
]);

describe("simulate()", () => {
  test("runs a workflow through all that can go wrong, the same way for the same seed", async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const report = await simulate(chain, { seed });
      expect(report.violations).toEqual([]);
      expect(report.hash).toBe((await simulate(chain, { seed })).hash);
    }
  });

  test("calls the agents that it is given, and tells what came of it", async () => {
    const agents = [agentOf("@test/one", (n: number) => n + 1), agentOf("@test/two", async (n: number) => n * 10)];
    const report = await simulate(chain, { agents, faults: noFaults });
    expect(report).toMatchObject({
      violations: [],
      faults: [],
      results: [{ status: "completed", output: { a: 2, b: 20 } }],
      calls: { a: 1, b: 1 },
    });
  });

  test("has only the faults that it is asked for", async () => {
    const agents = [agentOf("@test/one", () => 1), agentOf("@test/two", () => 2)];
    const { faults, violations } = await simulate(chain, { seed: 3, agents, faults: { crash: 0.5 } });
    expect(violations).toEqual([]);
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.filter((fault) => !fault.includes(": crash-"))).toEqual([]);
  });
});

test("gives a simulated workflow all variables and secrets that it declares", async () => {
  const read = { variable: value("env", "REGION"), secret: value("secrets", "token") };
  const workflow = workflowOf(
    [{ id: "a", agent: "@test/one", input: { kind: "object", entries: read } }],
    {},
    { environment: ["REGION"], secrets: ["token"] },
  );
  const agents = [agentOf("@test/one", (input: JsonValue) => input)];
  const report = await simulate(workflow, { agents, faults: { crash: 0.3 }, seed: 5 });
  expect(report).toMatchObject({
    violations: [],
    results: [{ output: { a: { variable: "simulated REGION", secret: "[secret:token]" } } }],
  });
});

describe("everyCrash()", () => {
  const undo = { agent: { id: "@test/undo" }, input: { kind: "literal", value: 0 } } as const;
  const broken = agentOf("@test/broken", () => {
    throw new TypeError("broken");
  });

  test.each([
    ["a chain", chain, []],
    ["steps side by side", workflowOf(["a", "b", "c"].map((id) => ({ id }))), []],
    [
      "waits and items",
      workflowOfSteps([
        waitStep("pause", { kind: "duration", ms: 60_000 }),
        waitStep("go", { kind: "signal", name: "go" }),
        agentStep({ id: "all", forEach: { items: { kind: "value", value: [1, 2, 3] } }, dependencies: ["pause"] }),
      ]),
      [],
    ],
    ["a child", workflowOfSteps([childStep("sub", "child"), agentStep({ id: "z", dependencies: ["sub"] })]), []],
    [
      "a failure that is undone",
      workflowOfSteps([
        agentStep({ id: "a", compensate: undo }),
        agentStep({ id: "b", compensate: undo, dependencies: ["a"] }),
        agentStep({ id: "c", agent: "@test/broken", dependencies: ["b"] }),
      ]),
      [broken],
    ],
  ])("recovers %s from a crash at every write", async (_, workflow, agents) => {
    const workflows = [{ ...workflowOf([{ id: "inner" }]), metadata: { id: "child", name: "Child" } }];
    const report = await everyCrash(workflow, { agents, workflows });
    expect(report.failures).toEqual([]);
    expect(report.recovered).toBe(report.points);
    expect(report.points).toBeGreaterThan(6);
  });

  test("reports a workflow that does not come to the same after a crash", async () => {
    let calls = 0;
    const counting = agentOf("@test/count", () => ++calls);
    const { points, recovered, failures } = await everyCrash(workflowOf([{ id: "a", agent: "@test/count" }]), {
      agents: [counting],
    });
    expect(recovered).toBeLessThan(points);
    expect(failures[0]?.why).toContain("it came to");
  });
});
