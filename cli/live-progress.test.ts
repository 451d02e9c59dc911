import { describe, expect, test } from "bun:test";
import { stripVTControlCharacters } from "node:util";
import { createAgentRegistry } from "../lib/agents/registry.ts";
import { createEngine } from "../lib/engine/create-engine.ts";
import type { Engine } from "../lib/engine/engine.ts";
import {
  agentOf,
  agentStep,
  childStep,
  value,
  workflowOf,
  workflowOfSteps,
} from "../lib/engine/fixtures/workflow-of.ts";
import { sleep } from "../lib/clock.ts";
import { VirtualClock } from "../lib/testing/virtual-clock.ts";
import type { Workflow } from "../lib/workflow.ts";
import { createProgress } from "./create-progress.ts";
import { FakeContext } from "./fixtures/fake-context.ts";
import { createMessages } from "./messages.ts";
import type { Progress } from "./progress.ts";

/** Takes as many milliseconds as its input says, says half-way that it is there, and fails the first time it is told to. */
function worker(clock: VirtualClock) {
  const failed = new Set<string>();
  return agentOf("@test/work", async (input, context, signal) => {
    const { ms = 0, fails = false } = input as { readonly ms?: number; readonly fails?: boolean };
    await sleep(clock, ms / 2, signal);
    context.progress?.("half");
    await sleep(clock, ms / 2, signal);
    if (!fails || failed.has(context.stepId)) return ms;
    failed.add(context.stepId);
    throw new Error("not yet");
  });
}

function work(id: string, input: object, rest: object = {}) {
  return agentStep({ id, agent: "@test/work", input: { kind: "literal", value: { ...input } }, ...rest });
}

interface Stage {
  readonly clock: VirtualClock;
  readonly context: FakeContext;
  readonly engine: Engine;
  readonly progress: Progress;
  /** What stands on the terminal at the last frame. */
  frame(): readonly string[];
}

async function run(workflow: Workflow, workflows: readonly Workflow[] = [], columns = 80): Promise<Stage> {
  const clock = new VirtualClock();
  const context = new FakeContext({ clock, columns, env: { NO_COLOR: "1" } });
  const engine = createEngine({ agents: createAgentRegistry([worker(clock)]), workflows, clock });
  const progress = await createProgress("shown", engine.events, createMessages(context), context);
  const { execution } = await engine.start(workflow);
  progress.watch(execution);
  const frame = (): readonly string[] => {
    context.err = "";
    progress.note("");
    return stripVTControlCharacters(context.err).trimEnd().split("\n").slice(1);
  };
  return { clock, context, engine, progress, frame };
}

describe("live progress", () => {
  test("shows parallel steps, a retry with its countdown, and what an agent says", async () => {
    const retry = { retry: { maxAttempts: 2, baseDelayMs: 3_000, jitter: "none" } } as const;
    const stage = await run(
      workflowOfSteps([
        work("fast", { ms: 1_000 }),
        work("flaky", { ms: 200, fails: true }, { policies: retry }),
        work("slow", { ms: 4_000 }),
        work("last", { ms: 1_000 }, { dependencies: ["slow"] }),
      ]),
    );
    await stage.clock.advance(2_200);
    expect(stage.frame()).toEqual([
      "Test running, 1/4 steps, 2.2s",
      "  ✓ fast  1.0s",
      "  ↻ flaky  attempt 2 in 1.0s",
      "  ◐ slow  2.2s  half",
      "  ○ last",
    ]);
    await stage.clock.advance(60_000);
    await stage.progress.finish();
    expect(stage.frame()).toEqual([
      "Test completed, 4/4 steps, 5.0s",
      "  ✓ fast  1.0s",
      "  ✓ flaky  3.4s  2 attempts",
      "  ✓ slow  4.0s",
      "  ✓ last  1.0s",
      "4 done; 5 attempts in 5.0s",
    ]);
  });

  test("shows the items of a step and the steps of a child below it, while they run, and the budget", async () => {
    const items = { kind: "value", value: [1_000, 3_000, 5_000] } as const;
    const forEach = { items, maxConcurrency: 2 };
    const input = { kind: "object", entries: { ms: value("item") } } as const;
    const child = {
      ...workflowOfSteps([work("inner", { ms: 2_000 }), work("outer", { ms: 9_000 })]),
      metadata: { id: "child", name: "Child" },
    };
    const stage = await run(
      workflowOfSteps([agentStep({ id: "each", agent: "@test/work", forEach, input }), childStep("nested", "child")], {
        budget: { calls: 9, usd: 1 },
      }),
      [child],
    );
    await stage.clock.advance(2_500);
    expect(stage.frame()).toEqual([
      "Test running, 0/2 steps, 2.5s, 3/9 calls, $0.00/$1",
      "  ◑ each  2.5s  1/3",
      "    ◑ [1]  2.5s",
      "    ◑ [2]  1.5s",
      "  ◑ nested  workflow child  2.5s",
      "    ✓ inner  2.0s",
      "    ◑ outer  2.5s",
    ]);
    await stage.clock.advance(60_000);
    await stage.progress.finish();
    expect(stage.frame()).toHaveLength(4);
  });

  test("erases the lines that a narrower terminal has wrapped", async () => {
    const stage = await run(workflowOf([{ id: "a-step-with-a-long-name", agent: "@test/work" }]), [], 40);
    await stage.clock.advance(0);
    stage.context.err = "";
    Object.assign(stage.context.stderr, { columns: 20 });
    await stage.clock.advance(100);
    // Both lines, of 30 and 30 columns, have become two.
    expect(stage.context.err).toContain("\u001B[2A\u001B[J");
    const widths = stripVTControlCharacters(stage.context.err)
      .split("\n")
      .map((line) => line.length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(20);
  });
});
