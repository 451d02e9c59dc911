import { defineCommand } from "../command.ts";

export const printCommand = defineCommand({
  description:
    "Prints a workflow in its other spelling: a module as .o8.json, a .o8.json as a module. Both compile to the same " +
    "workflow, with the same hash. A module's own functions have no other spelling: their steps name an agent.",
  examples: [
    ["orchestr8 print greet.workflow.ts > greet.o8.json", "what the module defines, as data"],
    ["orchestr8 print greet.o8.json > greet.workflow.ts", "a module to go on with in TypeScript"],
    ["orchestr8 print greet.o8.json --to json", "the same file in its canonical form"],
  ],
  arguments: {
    file: {
      type: "positional",
      required: true,
      completes: "workflow",
      description: "a .o8.json file, or a module, whose code runs",
    },
    to: {
      type: "enum",
      options: ["json", "typescript"],
      description: "the spelling to print; default: the other one than the file's",
      group: "Output",
    },
  },
  async run(values, context) {
    const { printWorkflow } = await import("../workflow/print-workflow.ts");
    return await printWorkflow(values, context);
  },
});
