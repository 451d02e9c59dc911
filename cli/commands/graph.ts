import { defineCommand } from "../command.ts";

export const graphCommand = defineCommand({
  description:
    "Draws a workflow: what waits for what, conditions, repeats, fallbacks (dashed), waits and child workflows. " +
    "A graph too wide for the terminal becomes a table.",
  examples: [
    ["orchestr8 graph greet.o8.json", "boxes and lines, from top to bottom"],
    ["orchestr8 graph greet.o8.json --format mermaid", "for a README or a pull request"],
    ["orchestr8 graph greet.o8.json --format svg > greet.svg", "a picture for light and dark, without scripts"],
  ],
  arguments: {
    file: {
      type: "positional",
      required: true,
      completes: "workflow",
      description: "a .o8.json file, or a module, whose code runs",
    },
    format: {
      type: "enum",
      options: ["text", "mermaid", "svg"],
      description: "text (default) is for a terminal",
      group: "Output",
    },
    json: { type: "boolean", description: "nodes and edges as one JSON document", group: "Output" },
  },
  async run(values, context) {
    const { graphWorkflow } = await import("../graph/graph-workflow.ts");
    return await graphWorkflow(values, context);
  },
});
