import { expect, test } from "bun:test";
import { createHarness } from "orchestr8/testing";
import "orchestr8/testing/bun";

const workflow = new URL("sample-name.o8.json", import.meta.url);

test("gives back the text", async () => {
  await using harness = createHarness();
  expect(await harness.run(workflow, { text: "Hello" })).toHaveCompleted({ text: "Hello" });
});
