import { defineAgent } from "orchestr8";

export const sampleNameAgent = defineAgent({
  id: "@sample-scope/sample-name",
  version: "1.0.0",
  input: {
    type: "object",
    properties: { text: { type: "string" } },
    required: ["text"],
    additionalProperties: false,
  },
  output: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
  execute: async ({ text }: { readonly text: string }, _context, signal) => {
    signal.throwIfAborted();
    return { text };
  },
});
