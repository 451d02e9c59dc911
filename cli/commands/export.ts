import { defineCommand } from "../command.ts";
import { executionArgument } from "../journal/execution-argument.ts";
import { stateArguments } from "../journal/journal-arguments.ts";

export const exportCommand = defineCommand({
  description: "Writes an execution's journal to stdout, as the API gives it: redacted, large values shortened.",
  examples: [
    ["orchestr8 export latest > run.json", "one JSON document"],
    ["orchestr8 export latest --format ndjson | grep attempt.failed", "one event a line"],
  ],
  arguments: {
    ...executionArgument,
    format: {
      type: "enum",
      options: ["json", "ndjson"],
      description: "json (default) is one document, ndjson one event a line",
      group: "Output",
    },
    ...stateArguments,
  },
  async run(values, context) {
    const { exportExecution } = await import("../journal/export-execution.ts");
    return await exportExecution(values, context);
  },
});
