import { describe, expect, test } from "bun:test";
import { defineWorkflow } from "../dsl/define.ts";
import { equals } from "../dsl/operators.ts";
import { text } from "../dsl/text.ts";
import { printWorkflow } from "../dsl/print.ts";
import { defineAgent } from "../lib/agents/define-agent.ts";
import { rejectionOf } from "../lib/testing/rejection-of.ts";
import { createHarness } from "./harness.ts";
import type { WorkflowSource } from "./open-workflow.ts";
import { patterns } from "./patterns.ts";
import { replay } from "./record.ts";
import "./matchers.bun.ts";

const sensitive = { type: "string", "x-sensitive": true } as const;
const login = defineAgent({
  id: "@test/login",
  version: "1.0.0",
  output: { type: "object", properties: { session: sensitive, pin: { type: "number", "x-sensitive": true } } },
  execute: (_input: { readonly user: string }, { secrets }) => ({
    session: "session-of-Ada",
    pin: 4711,
    token: secrets["token"] ?? "",
  }),
});
const fetchOrders = defineAgent({
  id: "@test/orders",
  version: "1.0.0",
  execute: ({ session }: { readonly session: string; readonly pin: number }) => ({
    log: `asked with ${session}`,
    count: 2,
  }),
});
const shop = (
  edit: {
    readonly greeting?: string;
    readonly extra?: boolean;
    readonly late?: boolean;
    readonly result?: number;
  } = {},
) =>
  defineWorkflow({
    id: "shop",
    version: "1.0.0",
    steps: ({ step }) => {
      const session = step("login", { agent: login, input: { user: edit.greeting ?? "Ada" } });
      const { output } = session;
      const orders = step("orders", {
        agent: fetchOrders,
        input: { session: text`Bearer ${output.session}`, pin: output.pin },
      });
      step("audit", {
        agent: fetchOrders,
        input: { session: "audit", pin: 0 },
        ...(edit.late === true && { dependsOn: [orders] }),
      });
      if (edit.extra === true) step("extra", { agent: fetchOrders, input: { session: "extra", pin: 1 } });
      return { count: orders.output.count, result: edit.result ?? 1 };
    },
  });

async function recorded() {
  await using harness = createHarness({ secrets: { token: "tk-123456" } });
  expect(await harness.run(shop())).toHaveCompleted({ count: 2, result: 1 });
  return await harness.record();
}

describe("record() and replay()", () => {
  test("pass while the workflow does what it did", async () => {
    const recording = await recorded();
    replay(recording, { workflow: shop() });
    replay(JSON.stringify(recording), { workflow: printWorkflow(shop().workflow) });
    replay(recording);
  });

  test("pass where steps of every kind begin side by side, in whatever order they stand", async () => {
    const one = defineAgent({ id: "@test/one", version: "1.0.0", execute: () => 1 });
    const child = defineWorkflow({
      id: "child",
      version: "1.0.0",
      steps: ({ step }) => ({ one: step("one", { agent: one, input: {} }).output }),
    });
    const workflow = defineWorkflow({
      id: "side-by-side",
      version: "1.0.0",
      steps: ({ step, wait }) => {
        step("a", { agent: one, input: {} });
        wait("b", { for: "1s" });
        step("c", { agent: one, input: {} });
        step("d", { workflow: child, input: {} });
        step("e", { agent: one, forEach: { items: [1, 2] }, input: {} });
        step("f", { agent: one, input: {} });
        wait("g", { for: "2s" });
      },
    });
    for (const maxConcurrency of [1, 2, 10]) {
      await using harness = createHarness({ maxConcurrency });
      await harness.run(workflow);
      replay(await harness.record(), { workflow });
    }
  });

  test.each([
    ["a step gets another input", { greeting: "Bob" }, 'of step.started of "login", input.user was "Ada" and is "Bob"'],
    ["steps take another order", { late: true }, 'at entry 3 (step.ready of "audit"): nothing of the like follows'],
    ["there is a new step", { extra: true }, '"extra"'],
    ["the result is another one", { result: 2 }, "output.result was 1 and is 2"],
  ])("fail, with the difference, when %s", async (_what, edit, difference) => {
    const recording = await recorded();
    const replayed = (): void => replay(recording, { workflow: shop(edit) });
    expect(replayed).toThrow('Expected workflow "shop" to go the way that was recorded');
    expect(replayed).toThrow(difference);
    expect(replayed).toThrow("So far it went the same way:");
  });

  test("keep no secret and nothing that is sensitive, wherever it came to", async () => {
    const recording = await recorded();
    const written = JSON.stringify(recording);
    for (const hidden of ["tk-123456", "session-of-Ada", "4711"]) expect(written).not.toContain(hidden);
    const inputs = recording.entries.flatMap(({ event }) => (event.type === "step.started" ? [event.input] : []));
    expect(inputs).toContainEqual({ session: "Bearer [redacted]", pin: "[redacted]" });
    expect(written).toContain("asked with Bearer [secret:redacted]");
  });

  test("keep nothing of what is sensitive in a list or a child", async () => {
    const hidden = { type: "string", "x-sensitive": true } as const;
    const issue = defineAgent({
      id: "@test/issue",
      version: "1.0.0",
      output: { type: "object", properties: { tokens: { type: "array", items: hidden } } },
      execute: () => ({ tokens: ["token-one", "token-two"] }),
    });
    const child = defineWorkflow({
      id: "issuing",
      version: "1.0.0",
      steps: ({ step }) => ({ tokens: step("issue", { agent: issue, input: {} }).output.tokens }),
    });
    const parent = defineWorkflow({
      id: "asking",
      version: "1.0.0",
      steps: ({ step }) => {
        const issued = step("issue", { agent: issue, input: {} });
        const asked = step("ask", { workflow: child, input: {} });
        step("use", { agent: issue, input: { tokens: issued.output.tokens }, dependsOn: [asked] });
        return { done: true };
      },
    });
    await using harness = createHarness();
    expect(await harness.run(parent)).toHaveCompleted({ done: true });
    const recording = await harness.record();
    const inputs = recording.entries.flatMap(({ event }) =>
      event.type === "step.started" && event.stepId === "use" ? [event.input] : [],
    );
    expect(JSON.stringify(inputs)).not.toContain("token-");
    replay(recording, { workflow: parent });
  });

  test("refuse what goes another way without its sensitive values", async () => {
    const workflow = defineWorkflow({
      id: "choosy",
      version: "1.0.0",
      steps: ({ step }) => {
        const { output } = step("login", { agent: login, input: { user: "Ada" } });
        step("orders", { agent: fetchOrders, input: { session: "x", pin: 1 }, condition: equals(output.pin, 4711) });
      },
    });
    await using harness = createHarness();
    expect(await harness.run(workflow)).toHaveRunInOrder(["login", "orders"]);
    expect(String(await rejectionOf(harness.record()))).toContain("what it does depends on them");
  });

  test.each<[string, WorkflowSource]>([
    ["a diamond", patterns.diamond()],
    ["retries", patterns.flaky(3)],
    ["a failure", patterns.failing()],
    ["poison", patterns.poison()],
  ])("keep %s", async (_name, workflow) => {
    await using harness = createHarness();
    await harness.run(workflow);
    replay(await harness.record(), { workflow });
  });
});
