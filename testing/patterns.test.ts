import { describe, expect, test } from "bun:test";
import { VirtualClock } from "../lib/testing/virtual-clock.ts";
import { createHarness } from "./harness.ts";
import { patterns } from "./patterns.ts";
import { assertSound, assertSurvived, everyCrash, simulate } from "./simulate.ts";
import "./matchers.bun.ts";

describe("patterns", () => {
  test("run as they say", async () => {
    const clock = new VirtualClock();
    await using harness = createHarness({ clock });
    expect(await harness.run(patterns.sequential(4))).toHaveCompleted({ n: 4 });
    const wide = await harness.run(patterns.fanOut(2));
    expect(wide).toHaveRunInOrder(["start", "w1", "w2", "end"]);
    expect(await harness.run(patterns.diamond())).toHaveRunInOrder(["top", "left", "right", "bottom"]);
    const flaky = await harness.run(patterns.flaky(2));
    expect(flaky).toHaveCompleted({ work: 3 });
    expect(flaky).toHaveRetried("work", 2);
    expect((await harness.run(patterns.slow(clock, 90_000))).elapsedMs).toBe(90_000);
    expect(await harness.run(patterns.failing())).toHaveFailed(/always fails/);
    const poison = await harness.run(patterns.poison({ items: 4, bad: 2 }));
    expect(poison).toHaveFailed("item 2 is poison");
    expect(poison).toHaveRetried("work", 2);
  });

  test("are undone where they are cancelled", async () => {
    await using harness = createHarness();
    const execution = await harness.start(patterns.cancelled());
    await harness.clock.advance(1_000);
    execution.cancel("enough");
    const run = await execution.end();
    expect(run).toHaveBeenCancelled();
    expect(run).toHaveCompensated(["work"]);
    expect(run).not.toHaveCompleted();
  });

  test.each([
    ["sequential", patterns.sequential().workflow, patterns.sequential().agents],
    ["fanOut", patterns.fanOut().workflow, patterns.fanOut().agents],
    ["diamond", patterns.diamond().workflow, patterns.diamond().agents],
    ["failing", patterns.failing().workflow, patterns.failing().agents],
    ["cancelled", patterns.cancelled().workflow, patterns.cancelled().agents],
  ])("survive a crash at every write, and what else may go wrong: %s", async (_name, workflow, agents) => {
    assertSurvived(await everyCrash(workflow, { agents }));
    for (let seed = 1; seed <= 5; seed++) assertSound(await simulate(workflow, { agents, seed }));
  });
});
