import { defineAgent } from "./define-agent.ts";

/** The reference agent: gives back the message as it is, so that a first workflow shows how data flows. */
export const helloWorld = defineAgent({
  id: "@orchestr8/hello-world",
  version: "1.0.0",
  description: "Gives back the message it gets",
  input: {
    type: "object",
    properties: { message: { type: "string" } },
    required: ["message"],
    additionalProperties: false,
  },
  output: {
    type: "object",
    properties: { result: { type: "string" } },
    required: ["result"],
    additionalProperties: false,
  },
  execute: (input: { readonly message: string }) => ({ result: input.message }),
});
