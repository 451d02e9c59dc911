import { describe, expect, test } from "bun:test";
import { defineWorkflow } from "../dsl/define.ts";
import { printWorkflow } from "../dsl/print.ts";
import { defineAgent } from "../lib/agents/define-agent.ts";
import { assertSound, assertSurvived, describeCrashes, describeSimulation, everyCrash, simulate } from "./simulate.ts";

const charge = defineAgent({
  id: "@test/charge",
  version: "1.0.0",
  execute: ({ amount }: { readonly amount: number }) => ({ paid: amount }),
});

const order = defineWorkflow({
  id: "order",
  version: "1.0.0",
  input: { type: "object", properties: { amount: { type: "number" } }, required: ["amount"] },
  steps: ({ input, step, wait }) => {
    const charged = step("charge", {
      agent: charge,
      input: { amount: input.amount },
      policies: { retry: { maxAttempts: 4 } },
    });
    wait("ship", { for: "3d", dependsOn: [charged] });
    return { paid: charged.output.paid };
  },
});

describe("simulate()", () => {
  test("runs a definition with its own agents, and keeps every promise", async () => {
    for (let seed = 1; seed <= 10; seed++) assertSound(await simulate(order, { seed, input: { amount: 3 } }));
  });

  test("fails the attempts that a test has chosen", async () => {
    const report = await simulate(order, { input: { amount: 3 }, failures: { charge: 2 }, faults: {} });
    expect(report).toMatchObject({
      violations: [],
      results: [{ status: "completed", output: { paid: 3 } }],
      calls: { charge: 3 },
    });
    const failed = await simulate(order, {
      input: { amount: 3 },
      failures: { charge: [new TypeError("no card")] },
      faults: {},
    });
    expect(failed.results).toMatchObject([{ status: "failed", error: { message: "no card" } }]);
  });

  test("crashes at the write that a test has chosen", async () => {
    const report = await simulate(order, { input: { amount: 3 }, crashAt: { write: 3, when: "after" } });
    assertSound(report);
    expect(report.faults.filter((fault) => fault.includes("crash-after"))).toHaveLength(1);
    expect(report.results).toMatchObject([{ status: "completed", output: { paid: 3 } }]);
  });

  test("tells each promise, and what went wrong on purpose", async () => {
    const report = await simulate(order, { input: { amount: 3 }, crashAt: { write: 3, when: "before" } });
    const text = describeSimulation(report);
    expect(text).toStartWith("seed 1 kept every promise\n  executions: completed\n");
    expect(text).toMatch(/a step completes once, under one key +kept\n/);
    expect(text).toContain("crash-before");
    const [first] = report.promised;
    const broken = {
      ...report,
      violations: ["e1: twice"],
      promised: [{ promise: first?.promise ?? "", violations: ["e1: twice"] }],
    };
    expect(() => assertSound(broken)).toThrow("every execution goes on  BROKEN 1 times\n    e1: twice");
  });
});

describe("everyCrash()", () => {
  test("crashes a definition, an AST or JSON at every write, and compares the result", async () => {
    for (const source of [order, order.workflow, printWorkflow(order.workflow)]) {
      const report = await everyCrash(source, { agents: [charge], input: { amount: 3 } });
      assertSurvived(report, { paid: 3 });
      expect(report.points).toBe(8);
    }
  });

  test("says where a workflow comes to something else", async () => {
    let calls = 0;
    const counting = defineAgent({ id: "@test/count", version: "1.0.0", execute: () => ++calls });
    const workflow = defineWorkflow({
      id: "counting",
      version: "1.0.0",
      steps: ({ step }) => void step("count", { agent: counting, input: {} }),
    });
    const report = await everyCrash(workflow);
    expect(() => assertSurvived(report)).toThrow(
      /recovered from \d+ of \d+ crashes; without one it is completed\n {2}before write 1: it came to/,
    );
    expect(describeCrashes(report)).toContain("it came to");
  });

  test("says when the result is another one", async () => {
    const report = await everyCrash(order, { input: { amount: 3 } });
    expect(() => assertSurvived(report, { paid: 4 })).toThrow(
      'Expected the workflow to come to {"paid":4}, and its output is {"paid":3}',
    );
  });
});
