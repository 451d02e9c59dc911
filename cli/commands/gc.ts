import { defineCommand } from "../command.ts";
import { stateArguments } from "../journal/journal-arguments.ts";
import { outputArguments } from "../output-arguments.ts";

export const gcCommand = defineCommand({
  description: "Removes executions that ended long ago, with their children, and what nothing needs any more.",
  examples: [
    ["orchestr8 gc --older-than 7d --dry-run", "what would go"],
    ["orchestr8 gc --keep 1000", "all but the last 1,000 to end"],
  ],
  arguments: {
    "older-than": {
      type: "string",
      valueHint: "duration",
      description: 'only what ended longer ago, such as "7d"',
      group: "What goes",
    },
    keep: {
      type: "string",
      valueHint: "number",
      description: "keep so many, those that ended last",
      group: "What goes",
    },
    "dry-run": { type: "boolean", description: "say what would go, and let it stay", group: "What goes" },
    ...outputArguments,
    ...stateArguments,
  },
  async run(values, context) {
    const { collectGarbage } = await import("../journal/collect-garbage.ts");
    return await collectGarbage(values, context);
  },
});
