import { defineCommand } from "../command.ts";
import { stateArguments } from "../journal/journal-arguments.ts";

export const stopCommand = defineCommand({
  description:
    "Ends the server of this project in good order: what runs gets some seconds to end, and what does not is left to go on " +
    "when a server starts again. Does nothing where none runs.",
  examples: [["orchestr8 stop", "and wait until it has ended"]],
  arguments: { ...stateArguments },
  async run(values, context) {
    const { stopServer } = await import("../server-process/stop-server.ts");
    return await stopServer(values, context);
  },
});
