import { describe, expect, test } from "bun:test";
import { createEngine } from "../../lib/engine/create-engine.ts";
import type { BusEntry } from "../../lib/engine/event-bus.ts";
import { createAgentRegistry } from "../../lib/agents/registry.ts";
import { agentOf, workflowOf } from "../../lib/engine/fixtures/workflow-of.ts";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { describeEvent } from "../describe-event.ts";
import { FollowedExecution } from "./followed-execution.ts";

const endless = agentOf("@test/endless", () => new Promise<never>(() => undefined));
const quick = agentOf("@test/quick", () => 1);

/** One step that has ended, and one that runs. */
async function begin(clock: VirtualClock) {
  const engine = createEngine({ agents: createAgentRegistry([endless, quick]), clock });
  const { execution } = await engine.start(
    workflowOf([
      { id: "first", agent: "@test/quick" },
      { id: "second", agent: "@test/endless", dependencies: ["first"] },
    ]),
  );
  await clock.advance(10);
  return { engine, execution };
}

describe("FollowedExecution", () => {
  test("shows an execution as it stands, while time goes on by the own clock", async () => {
    const there = new VirtualClock();
    const here = new VirtualClock({ wall: 0 });
    const { execution } = await begin(there);
    const followed = new FollowedExecution(execution.id, here);
    expect(followed.view()).toBeUndefined();
    followed.take({ kind: "snapshot", execution: execution.view() });
    expect(followed.view()).toEqual(execution.view());
    await here.advance(5_000);
    await there.advance(5_000);
    expect(followed.view()).toEqual(execution.view());
  });

  test("takes what happens since, tells its listeners, and ends with the execution", async () => {
    const clock = new VirtualClock();
    const { engine, execution } = await begin(clock);
    const followed = new FollowedExecution(execution.id, clock);
    const heard: BusEntry[] = [];
    using _ = followed.subscribe((entry) => heard.push(entry));
    followed.take({ kind: "snapshot", execution: execution.view() });
    const { sequence } = execution.view();
    execution.cancel("enough");
    await clock.advance(60_000);
    for (const entry of await engine.journal.read(execution.id, { after: sequence })) {
      followed.take({ kind: "entry", entry });
    }
    expect(followed.view()).toEqual(execution.view());
    expect(followed.view()?.status).toBe("cancelled");
    expect(heard.map(describeEvent).filter((line) => line !== undefined)).toEqual([
      "first completed in 0ms",
      "second started",
      "second cancelled: it did not stop in time",
    ]);
  });

  test("tells of what a second snapshot shows that was not told", async () => {
    const clock = new VirtualClock();
    const { execution } = await begin(clock);
    const followed = new FollowedExecution(execution.id, clock);
    followed.take({ kind: "snapshot", execution: execution.view() });
    const heard: BusEntry[] = [];
    using _ = followed.subscribe((entry) => heard.push(entry));
    followed.take({ kind: "snapshot", execution: execution.view() });
    expect(heard).toEqual([]);
    execution.cancel();
    await clock.advance(60_000);
    followed.take({ kind: "snapshot", execution: execution.view() });
    expect(heard.map(describeEvent)).toEqual(["second cancelled: it did not stop in time"]);
  });
});
