import { defineCommand } from "../command.ts";
import { executionArgument } from "../journal/execution-argument.ts";
import { stateArguments } from "../journal/journal-arguments.ts";

export const logsCommand = defineCommand({
  description: "Prints what happened in an execution, an event a line, also while another process runs it.",
  examples: [
    ["orchestr8 logs latest", "all that is recorded by now"],
    ["orchestr8 logs latest --follow", "and what comes, until it ends"],
    ["orchestr8 logs latest:failed --step fetch --json | jq .error", "one step, as newline-delimited JSON"],
  ],
  arguments: {
    ...executionArgument,
    follow: { type: "boolean", alias: "f", description: "go on until it ends, or Ctrl-C", group: "View" },
    step: { type: "string", valueHint: "id", description: "only events of this step", group: "View" },
    json: { type: "boolean", description: "one JSON object a line, as export --format ndjson", group: "Output" },
    ...stateArguments,
  },
  async run(values, context) {
    const { showLogs } = await import("../journal/show-logs.ts");
    return await showLogs(values, context);
  },
});
