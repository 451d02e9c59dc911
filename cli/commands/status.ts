import { defineCommand } from "../command.ts";
import { stateArguments } from "../journal/journal-arguments.ts";
import { outputArguments } from "../output-arguments.ts";

export const statusCommand = defineCommand({
  description: "Shows whether the server of this project runs, and where. Exits with 6 when it does not.",
  examples: [
    ["orchestr8 status", "process, address, version, executions, log"],
    ["orchestr8 status --json", "the same as JSON"],
  ],
  arguments: { ...outputArguments, ...stateArguments },
  async run(values, context) {
    const { showStatus } = await import("../server-process/show-status.ts");
    return await showStatus(values, context);
  },
});
