import { defineWorkflow, helloWorld } from "orchestr8";

export default defineWorkflow({
  id: "vs-test-workflow",
  name: "Vertical Slice Test",
  version: "1.0.0",
  policies: { resilience: { retry: { maxAttempts: 2 }, circuitBreaker: { failureThreshold: 3 } } },
  steps: ({ step }) => {
    const step1 = step("step1", { name: "Hello Step", agent: helloWorld, input: { message: "Hello from step 1" } });
    step("step2", { name: "Echo Step", agent: helloWorld, input: { message: step1.output.result } });
  },
});
