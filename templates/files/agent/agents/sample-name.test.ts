import { expect, test } from "bun:test";
import { createHarness } from "orchestr8/testing";
import { sampleNameAgent } from "./sample-name.agent.ts";

test("gives back the text", async () => {
  await using harness = createHarness();
  expect(await harness.agent(sampleNameAgent).execute({ text: "Hello" })).toEqual({ text: "Hello" });
});
