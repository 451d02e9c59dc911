import { describe, expect, test } from "bun:test";
import { MemoryJournal } from "../journal/memory-journal.ts";
import type { JsonSchema, JsonValue } from "../json.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import type { Template, Workflow } from "../workflow.ts";
import { createEngine } from "./create-engine.ts";
import { agentOf, childStep, echo, value, workflowOf, workflowOfSteps } from "./fixtures/workflow-of.ts";

const input: JsonSchema = {
  type: "object",
  properties: {
    topic: { type: "string" },
    depth: { type: "integer", default: 3 },
    user: { type: "object", default: {}, properties: { lang: { type: "string", default: "en" } }, required: ["lang"] },
    key: { type: "string", "x-sensitive": true },
  },
  required: ["topic", "depth", "user"],
};
const child: Workflow = {
  ...workflowOf([{ id: "say", input: value("input") }], {}, { input }),
  metadata: { id: "child", name: "Child" },
};
const full = { topic: "tides", depth: 3, user: { lang: "en" } };
const literal = (given: JsonValue): Template => ({ kind: "literal", value: given });

describe("defaults of a workflow's input schema", () => {
  test("are filled in, nested ones too, before the input is checked and recorded", async () => {
    const engine = createEngine({ agents: [echo] });
    const { execution } = await engine.start(child, { input: { topic: "tides" } });
    expect(await execution.result).toMatchObject({ output: { say: full } });
    expect(execution.view().input).toEqual(full);
    const again = await engine.rerun(execution.id, { from: "say" });
    expect(await again.result).toMatchObject({ output: { say: full } });
  });

  test("are filled in for a child, registered or from a file, and for each item", async () => {
    const engine = createEngine({ agents: [echo], workflows: [child] });
    const items = { items: { kind: "value", value: ["tides", "moon"] } } as const;
    const topic: Template = { kind: "object", entries: { topic: value("item") } };
    const { execution } = await engine.start(
      workflowOfSteps([
        childStep("one", "child", { input: literal({ topic: "tides" }) }),
        childStep("file", "", {
          workflow: { file: "./c.json", definition: child },
          input: literal({ topic: "tides" }),
        }),
        childStep("each", "child", { forEach: items, input: topic }),
      ]),
    );
    expect(await execution.result).toMatchObject({
      status: "completed",
      output: { one: { say: full }, file: { say: full }, each: [{ say: full }, { say: { ...full, topic: "moon" } }] },
    });
    const children = await engine.journal.list({ children: true });
    const inputs = await Promise.all(children.map(async ({ executionId }) => (await engine.view(executionId))?.input));
    expect(inputs.filter((seen) => JSON.stringify(seen) === JSON.stringify(full))).toHaveLength(3);
  });

  test("do not make a child start that does not fit, and nothing is tried again", async () => {
    const engine = createEngine({ agents: [echo], workflows: [child] });
    const policies = { retry: { maxAttempts: 5 } };
    const step = childStep("c", "child", { input: literal({ topic: 7 }), policies, onError: "retry" });
    const { execution } = await engine.start(workflowOfSteps([step]));
    expect(await execution.result).toMatchObject({
      status: "failed",
      error: {
        code: "VALIDATION",
        attempts: 1,
        message: 'Cannot run workflow "child": its input at "/topic" does not fit its schema: must be a string',
      },
    });
    expect(await engine.journal.list({ children: true })).toHaveLength(1);
  });

  test("come with the child's marks: what is sensitive there is hidden in its parent", async () => {
    const engine = createEngine({ agents: [echo], workflows: [child] });
    const step = childStep("c", "child", { input: literal({ topic: "tides", key: "0123" }) });
    const { execution } = await engine.start(workflowOfSteps([step]));
    await execution.result;
    const started = (await engine.journal.read(execution.id)).find(({ event }) => event.type === "step.started")?.event;
    expect(started).toMatchObject({ input: { topic: "tides", key: "[redacted]" } });
  });

  test("are those of the start for an execution that goes on", async () => {
    const clock = new VirtualClock();
    const journal = new MemoryJournal({ clock });
    let calls = 0;
    const hang = agentOf("@test/echo", (given: JsonValue) => (++calls === 1 ? new Promise(() => undefined) : given));
    const { execution } = await createEngine({ agents: [hang], clock, journal }).start(child, {
      input: { topic: "tides" },
    });
    await clock.advance(0);
    const next = journal.handle();
    await journal.close();
    const resumed = await createEngine({ agents: [hang], clock, journal: next }).resume(execution.id);
    await clock.advance(0);
    expect(await resumed.result).toMatchObject({ output: { say: full } });
  });
});
