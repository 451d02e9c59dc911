import { expect, test } from "bun:test";
import { createHarness } from "orchestr8/testing";
import "orchestr8/testing/bun";
import { greeterAgent } from "../agents/greeter.agent.ts";

const hello = new URL("hello.o8.json", import.meta.url);

test("says hello to whom it is told", async () => {
  await using harness = createHarness({ agents: [greeterAgent] });
  const run = await harness.run(hello, { name: "Ada" });
  expect(run).toHaveCompleted({ text: "Hello, Ada! And goodbye." });
  expect(run).toHaveRunInOrder(["greet", "close"]);
});
