import { expect, test } from "bun:test";
import { createHarness } from "orchestr8/testing";
import { greeterAgent } from "./greeter.agent.ts";

test("greets by name", async () => {
  await using harness = createHarness();
  expect(await harness.agent(greeterAgent).execute({ name: "Ada" })).toEqual({ greeting: "Hello, Ada!" });
});

test("refuses a name that is empty", async () => {
  await using harness = createHarness();
  expect(harness.agent(greeterAgent).execute({ name: "" })).rejects.toMatchObject({ code: "VALIDATION" });
});
