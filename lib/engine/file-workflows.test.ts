import { describe, expect, test } from "bun:test";
import { MemoryJournal } from "../journal/memory-journal.ts";
import type { JsonValue } from "../json.ts";
import { simulate } from "../testing/simulation/simulate.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { workflowHash } from "../workflow-hash.ts";
import type { Step, Workflow } from "../workflow.ts";
import { createEngine } from "./create-engine.ts";
import {
  agentOf,
  agentStep,
  childStep,
  echo,
  value,
  waitStep,
  workflowOf,
  workflowOfSteps,
} from "./fixtures/workflow-of.ts";
import { recordingOf } from "./replay/recording.ts";
import { replay } from "./replay/replay.ts";

const runs = (id: string, definition: Workflow): Step =>
  childStep(id, "", { workflow: { file: `./${id}.o8.json`, definition } });
const named = (id: string, workflow: Workflow): Workflow => ({ ...workflow, metadata: { id, name: id } });
const saying = (text: string): Workflow =>
  named("leaf", workflowOf([{ id: "say", input: { kind: "literal", value: text } }]));

describe("a step that runs a file", () => {
  test("needs nothing registered, and may hold two workflows of one id", async () => {
    const engine = createEngine({ agents: [echo], workflows: [saying("registered")] });
    const middle = named("middle", workflowOfSteps([runs("deep", saying("deep"))]));
    const steps = [runs("a", saying("one")), runs("b", saying("two")), runs("m", middle), childStep("r", "leaf")];
    const { execution } = await engine.start(workflowOfSteps(steps));
    expect(await execution.result).toMatchObject({
      status: "completed",
      output: { a: { say: "one" }, b: { say: "two" }, m: { deep: { say: "deep" } }, r: { say: "registered" } },
    });
    expect(execution.view().steps["a"]).toMatchObject({ workflow: "leaf", status: "completed" });
    expect(replay(await recordingOf(engine.journal, execution.id)).executionId).toBe(execution.id);
  });

  test("is pinned: another process goes on with the file as it was", async () => {
    const clock = new VirtualClock();
    const journal = new MemoryJournal({ clock });
    let calls = 0;
    const hang = agentOf("@test/hang", (input: JsonValue) => (++calls === 1 ? new Promise(() => undefined) : input));
    const child = named(
      "child",
      workflowOfSteps([
        agentStep({ id: "first", agent: "@test/hang", input: { kind: "literal", value: "as it was" } }),
        runs("second", saying("nested")),
      ]),
    );
    const parent = workflowOfSteps([runs("child", child), waitStep("go", { kind: "signal", name: "go" })]);
    const { execution } = await createEngine({ agents: [hang, echo], clock, journal }).start(parent);
    await clock.advance(0);
    const next = journal.handle();
    await journal.close();
    const engine = createEngine({ agents: [hang, echo], clock, journal: next });
    const [recovered] = await engine.recover();
    await engine.signal(execution.id, "go");
    await clock.advance(1_000);
    expect(recovered?.id).toBe(execution.id);
    expect(await recovered?.result).toMatchObject({
      status: "completed",
      output: { child: { first: "as it was", second: { say: "nested" } } },
    });
  });

  test("has a part in the hash of its parent", () => {
    const hashes = ["one", "two"].map((text) => workflowHash(workflowOfSteps([runs("a", saying(text))])));
    expect(new Set(hashes).size).toBe(2);
  });

  test("has its variables and secrets looked for before anything runs", async () => {
    const reading = workflowOf([{ id: "say", input: value("env", "REGION") }], {}, { environment: ["REGION"] });
    const secretive = workflowOf([{ id: "say", input: value("secrets", "token") }], {}, { secrets: ["token"] });
    const deep = named("deep", workflowOfSteps([runs("a", named("r", reading)), runs("b", named("s", secretive))]));
    const workflow = workflowOfSteps([agentStep({ id: "first" }), runs("deep", deep)]);
    const environment = { REGION: "eu" };
    const without = createEngine({ agents: [echo], environment });
    await expect(without.start(workflow)).rejects.toThrow('the operator does not provide: "token"');
    await expect(createEngine({ agents: [echo] }).start(workflow)).rejects.toMatchObject({ code: "VALIDATION" });
    expect(await without.journal.list()).toEqual([]);
    const engine = createEngine({ agents: [echo], environment, secrets: () => "secret value" });
    const { execution } = await engine.start(workflow);
    expect(await execution.result).toMatchObject({
      output: { deep: { a: { say: "eu" }, b: { say: "[secret:token]" } } },
    });
    const { violations } = await simulate(workflow, { agents: [echo], faults: { crash: 0.2 } });
    expect(violations).toEqual([]);
  });
});
