import { expect, test } from "bun:test";
import { createHarness } from "orchestr8/testing";
import "orchestr8/testing/bun";
import welcome from "./welcome.workflow.ts";

test("greets guest and host", async () => {
  await using harness = createHarness();
  const run = await harness.run(welcome, { guest: "Ada", host: "Grace" });
  expect(run).toHaveCompleted({ text: "Hello, Ada! Hello, Grace!" });
});
