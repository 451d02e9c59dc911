import { defineCommand } from "../command.ts";
import { stateArguments } from "../journal/journal-arguments.ts";
import { operatorArguments } from "../operator-arguments.ts";
import { serverArguments } from "../server-arguments.ts";
import { startArguments } from "../server-process/start-arguments.ts";

export const startCommand = defineCommand({
  description:
    "Starts the server of this project, which goes on when the terminal is closed. A project has one: " +
    "`orchestr8 run` uses it, and starts one by itself where there is none. It logs to .orchestr8/server.log.",
  examples: [
    ["orchestr8 start", "on port 8088, or the next free one"],
    ["orchestr8 start --port 9000 --idle 1h", "there, until nobody has used it for an hour"],
    ["orchestr8 start --foreground", "in this terminal, until Ctrl-C"],
  ],
  arguments: {
    foreground: { type: "boolean", description: "serve in this process until Ctrl-C, and log to stderr" },
    ...serverArguments,
    ...startArguments,
    ...operatorArguments,
    ...stateArguments,
  },
  async run(values, context, typed) {
    if (values.foreground) {
      const { serveProject } = await import("../server-process/serve-project.ts");
      return await serveProject(values, context, typed);
    }
    const { startServer } = await import("../server-process/start-server.ts");
    return await startServer(values, context, typed);
  },
});
