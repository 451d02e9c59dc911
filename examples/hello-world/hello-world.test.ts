import { describe, expect, test } from "bun:test";
import { assertSurvived, createHarness, everyCrash } from "orchestr8/testing";
import "orchestr8/testing/bun";
import fromTypeScript from "./hello-world.workflow.ts";

const spellings = [
  ["hello-world.o8.json", new URL("./hello-world.o8.json", import.meta.url)],
  ["hello-world.workflow.ts", fromTypeScript],
] as const;

describe.each(spellings)("%s", (_file, workflow) => {
  test("greets whom it is told to, step by step", async () => {
    await using harness = createHarness();
    const run = await harness.run(workflow, { name: "Ada" });
    expect(run).toHaveCompleted({ text: "Hello, Ada!" });
    expect(run).toHaveRunInOrder(["greeting", "personalize", "deliver"]);
  });

  test("greets the world when it is told nobody", async () => {
    await using harness = createHarness();
    expect(await harness.run(workflow)).toHaveCompleted({ text: "Hello, world!" });
  });

  test("refuses a name that is no text, before anything runs", async () => {
    await using harness = createHarness();
    const refused = harness.run(workflow, { name: 1 as never });
    await expect(refused).rejects.toMatchObject({ code: "VALIDATION", issues: [{ pointer: "/name" }] });
    expect(harness.calls).toEqual([]);
  });

  test("comes to the same after a crash at any write", async () => {
    assertSurvived(await everyCrash(workflow, { input: { name: "Ada" } }), { text: "Hello, Ada!" });
  });
});
