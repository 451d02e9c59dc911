import { defineAgent } from "./define-agent.ts";

/**
 * Gives back what it gets. The step's `input` is the transformation: a template of the language over whatever the step may
 * read, checked before anything runs, so that its output has the type of that template.
 */
export const transformAgent = defineAgent({
  id: "@orchestr8/transform",
  version: "1.0.0",
  description: "Gives back its input, which the step puts together from other data",
  execute: (input: unknown) => input,
});
