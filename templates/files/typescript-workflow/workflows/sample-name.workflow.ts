import { defineWorkflow } from "orchestr8";

export default defineWorkflow({
  id: "sample-name",
  name: "Sample name",
  version: "1.0.0",
  input: {
    type: "object",
    properties: { text: { type: "string" } },
    required: ["text"],
    additionalProperties: false,
  },
  steps: ({ input, step }) => {
    const first = step("first", {
      input: { text: input.text },
      run: ({ text }) => ({ words: text.trim().split(/\s+/) }),
    });
    return { words: first.output.words };
  },
});
