import { describe, expect, test } from "bun:test";
import { MemoryJournal } from "../journal/memory-journal.ts";
import type { JsonValue } from "../json.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import type { StepOutput, Template } from "../workflow.ts";
import { createEngine } from "./create-engine.ts";
import { agentOf, agentStep, childStep, echo, outputOf, workflowOf, workflowOfSteps } from "./fixtures/workflow-of.ts";

const literal = (value: JsonValue): Template => ({ kind: "literal", value });
const needsTitle = {
  schema: { type: "object", properties: { title: { type: "string" } }, required: ["title"] },
} satisfies StepOutput;

describe("a step's output schema", () => {
  test("fails the step when the output does not fit, and nothing is tried again", async () => {
    let calls = 0;
    const agent = agentOf("@test/vague", () => {
      calls++;
      return { title: 7 };
    });
    const engine = createEngine({ agents: [agent] });
    for (const onError of ["fail", "retry"] as const) {
      calls = 0;
      const workflow = workflowOf([{ id: "a", agent: "@test/vague", output: needsTitle, onError }]);
      const { execution } = await engine.start(workflow);
      expect(await execution.result).toMatchObject({
        status: "failed",
        error: {
          code: "VALIDATION",
          message: 'Cannot complete step "a": its output at "/title" does not fit its schema: must be a string',
          issues: [{ pointer: "/title" }],
        },
      });
      expect(calls).toBe(1);
    }
  });

  test("comes after the agent's own, which may be asynchronous and change the value", async () => {
    const upper = {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: (value: unknown) => Promise.resolve({ value: { title: String(value).toUpperCase() } }),
      },
    } as const;
    const agent = { ...agentOf("@test/upper", (input: JsonValue) => input), output: upper };
    const engine = createEngine({ agents: [agent] });
    const workflow = workflowOf([{ id: "a", agent: "@test/upper", input: literal("x"), output: needsTitle }]);
    const { execution } = await engine.start(workflow);
    expect(await execution.result).toMatchObject({ status: "completed", output: { a: { title: "X" } } });
  });

  test("is asked of each item, each iteration and each child", async () => {
    const engine = createEngine({ agents: [echo], workflows: [workflowOf([{ id: "c" }])] });
    const list: Template = { kind: "expression", expression: { kind: "reference", root: "item", path: [] } };
    const items = { items: { kind: "value", value: [{ title: "a" }, { title: 1 }] } } as const;
    const mapped = await engine.start(workflowOf([{ id: "a", input: list, forEach: items, output: needsTitle }]));
    expect(await mapped.execution.result).toMatchObject({ status: "failed", error: { code: "VALIDATION" } });
    const refused = await engine.start(workflowOfSteps([childStep("run", "test", { output: needsTitle })]));
    expect(await refused.execution.result).toMatchObject({ status: "failed", error: { code: "VALIDATION" } });
    const fitting = { schema: { type: "object", required: ["c"] } };
    const fits = await engine.start(workflowOfSteps([childStep("run", "test", { output: fitting })]));
    expect(await fits.execution.result).toMatchObject({ status: "completed", output: { run: { c: {} } } });
  });

  test("keeps outputs from being reused that were never checked with it", async () => {
    let calls = 0;
    const agent = agentOf("@test/counted", () => ({ title: String(++calls) }));
    const engine = createEngine({ agents: [agent] });
    const start = async (output?: StepOutput): Promise<unknown> => {
      const step = { id: "a", agent: "@test/counted", ...(output !== undefined && { output }) };
      const { execution } = await engine.start(workflowOf([step]), { reuse: "unchanged" });
      return await execution.result;
    };
    expect([await start(), await start(), await start(needsTitle), await start(needsTitle)]).toMatchObject(
      ["1", "1", "2", "2"].map((title) => ({ output: { a: { title } } })),
    );
  });
});

describe("a step's redacted paths", () => {
  const account = {
    user: { email: "ada@example.com", name: "Ada" },
    cards: [{ number: "4111", kind: "credit" }, { number: "4222" }],
  };
  const hidden = {
    user: { email: "[redacted]", name: "Ada" },
    cards: [{ number: "[redacted]", kind: "credit" }, { number: "[redacted]" }],
  };
  const output: StepOutput = {
    redact: [
      ["cards", "number"],
      ["user", "email"],
    ],
  };

  test("are hidden in what is shown, and not from later steps or a resume", async () => {
    const clock = new VirtualClock();
    const journal = new MemoryJournal({ clock });
    const seen: JsonValue[] = [];
    const hang = agentOf("@test/hang", (input: JsonValue) => {
      seen.push(input);
      return seen.length === 1 ? new Promise(() => undefined) : null;
    });
    const workflow = workflowOf([
      { id: "a", input: literal(account), output },
      { id: "b", agent: "@test/hang", dependencies: ["a"], input: outputOf("a", "user", "email") },
    ]);
    const { execution } = await createEngine({ agents: [echo, hang], clock, journal }).start(workflow);
    await clock.advance(0);
    expect(execution.view().steps["a"]?.output).toEqual(hidden);
    const next = journal.handle();
    await journal.close();
    const engine = createEngine({ agents: [echo, hang], clock, journal: next });
    const resumed = await engine.resume(execution.id);
    await clock.advance(0);
    expect(await resumed.result).toMatchObject({ status: "completed", output: { a: account } });
    expect(seen).toEqual(["ada@example.com", "ada@example.com"]);
    const completed = (await next.read(execution.id)).find(({ event }) => event.type === "step.completed")?.event;
    expect(completed).toMatchObject({ stepId: "a", output: hidden });
    const kept = (await next.load(execution.id))?.entries.find(({ event }) => event.type === "step.completed")?.event;
    expect(kept).toMatchObject({ stepId: "a", output: account });
  });

  test("are hidden in each item, and in what a fallback gives instead", async () => {
    const broken = agentOf("@test/broken", () => {
      throw new TypeError("broken");
    });
    const engine = createEngine({ agents: [echo, broken] });
    const items = { items: { kind: "value", value: [1, 2] } } as const;
    const { execution } = await engine.start(
      workflowOfSteps([
        agentStep({ id: "each", input: literal(account), forEach: items, output }),
        agentStep({ id: "a", agent: "@test/broken", onError: "fallback", fallbackStepId: "b", output }),
        agentStep({ id: "b", input: literal(account) }),
      ]),
    );
    expect(await execution.result).toMatchObject({ status: "completed", output: { a: account } });
    const { each, a, b } = execution.view().steps;
    expect([each?.output, a?.output, b?.output]).toEqual([[hidden, hidden], hidden, hidden]);
    const outputs = (await engine.journal.read(execution.id)).flatMap(({ event }) =>
      "output" in event && event.output !== undefined ? [JSON.stringify(event.output)] : [],
    );
    expect(outputs.length).toBeGreaterThan(4);
    expect(outputs.filter((text) => text.includes("4111") || text.includes("ada@"))).toEqual([]);
  });

  test("are hidden where the step's schema marks them, too", async () => {
    const schema = { properties: { user: { properties: { email: { "x-sensitive": true } } } } };
    const engine = createEngine({ agents: [echo] });
    const { execution } = await engine.start(workflowOf([{ id: "a", input: literal(account), output: { schema } }]));
    await execution.result;
    expect(execution.view().steps["a"]?.output).toMatchObject({ user: { email: "[redacted]", name: "Ada" } });
  });
});
