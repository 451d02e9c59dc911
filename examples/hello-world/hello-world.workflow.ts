import { defineWorkflow, helloWorld, text } from "orchestr8";

/** The same workflow as `hello-world.o8.json`: both compile to one AST and have one hash. */
export default defineWorkflow({
  id: "hello-world",
  name: "Hello, world",
  description: "Three steps, one after the other: each uses what the one before it gave",
  version: "1.0.0",
  input: {
    type: "object",
    properties: { name: { type: "string", minLength: 1, default: "world" } },
    additionalProperties: false,
  },
  policies: { timeout: { global: "1s" } },
  steps: ({ input, step }) => {
    const greeting = step("greeting", { agent: helloWorld, input: { message: "Hello" } });
    const personal = step("personalize", {
      agent: helloWorld,
      input: { message: text`${greeting.output.result}, ${input.name}!` },
    });
    const delivered = step("deliver", { agent: helloWorld, input: { message: personal.output.result } });
    return { text: delivered.output.result };
  },
});
