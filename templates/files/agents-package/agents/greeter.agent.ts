import { defineAgent } from "orchestr8";

export const greeterAgent = defineAgent({
  id: "@sample-scope/greeter",
  version: "1.0.0",
  description: "Greets somebody by name",
  input: {
    type: "object",
    properties: { name: { type: "string", minLength: 1 } },
    required: ["name"],
    additionalProperties: false,
  },
  output: { type: "object", properties: { greeting: { type: "string" } }, required: ["greeting"] },
  execute: ({ name }: { readonly name: string }) => ({ greeting: `Hello, ${name}!` }),
});
