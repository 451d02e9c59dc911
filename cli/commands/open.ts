import { defineCommand } from "../command.ts";
import { stateArguments } from "../journal/journal-arguments.ts";

export const openCommand = defineCommand({
  description:
    "Opens the dashboard of this project in the browser, and starts its server if there is none. Where there is no screen, " +
    "such as over SSH or where CI is set, it prints the address alone.",
  examples: [["orchestr8 open", "the dashboard of the project of this folder"]],
  arguments: { ...stateArguments },
  async run(values, context) {
    const { openDashboard } = await import("../server-process/open-dashboard.ts");
    return await openDashboard(values, context);
  },
});
