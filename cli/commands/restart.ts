import { defineCommand } from "../command.ts";
import { stateArguments } from "../journal/journal-arguments.ts";
import { operatorArguments } from "../operator-arguments.ts";
import { serverArguments } from "../server-arguments.ts";
import { startArguments } from "../server-process/start-arguments.ts";

export const restartCommand = defineCommand({
  description:
    "Ends the server of this project in good order and starts it again, with the flags and the token that it had, or else " +
    "with those that are given here. What it ran goes on. Starts one where none runs.",
  examples: [
    ["orchestr8 restart", "as it was"],
    ["orchestr8 restart --port 9000", "there, and with defaults otherwise"],
  ],
  arguments: { ...serverArguments, ...startArguments, ...operatorArguments, ...stateArguments },
  async run(values, context, typed) {
    const { restartServer } = await import("../server-process/restart-server.ts");
    return await restartServer(values, context, typed);
  },
});
