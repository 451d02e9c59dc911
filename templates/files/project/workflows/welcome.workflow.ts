import { defineWorkflow, text } from "orchestr8";
import { greeterAgent } from "../agents/greeter.agent.ts";

const name = { type: "string", minLength: 1 } as const;

export default defineWorkflow({
  id: "welcome",
  name: "Welcome a guest",
  version: "1.0.0",
  input: {
    type: "object",
    properties: { guest: name, host: name },
    required: ["guest", "host"],
    additionalProperties: false,
  },
  steps: ({ input, step }) => {
    // Neither needs the other, so they run at the same time.
    const guest = step("greet-guest", { agent: greeterAgent, input: { name: input.guest } });
    const host = step("greet-host", { agent: greeterAgent, input: { name: input.host } });
    return { text: text`${guest.output.greeting} ${host.output.greeting}` };
  },
});
