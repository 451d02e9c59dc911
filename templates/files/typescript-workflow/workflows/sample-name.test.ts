import { expect, test } from "bun:test";
import { createHarness } from "orchestr8/testing";
import "orchestr8/testing/bun";
import workflow from "./sample-name.workflow.ts";

test("splits the text into words", async () => {
  await using harness = createHarness();
  expect(await harness.run(workflow, { text: "Hello, world" })).toHaveCompleted({ words: ["Hello,", "world"] });
});
