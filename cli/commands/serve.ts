import { defineCommand } from "../command.ts";
import { durabilityArguments } from "../journal/journal-arguments.ts";
import { operatorArguments } from "../operator-arguments.ts";

export const serveCommand = defineCommand({
  description:
    "Serves the HTTP API on 127.0.0.1 until Ctrl-C, goes on with what was left unfinished, and logs to stderr, one JSON object a line.",
  examples: [
    ["orchestr8 serve", "on port 8088"],
    ["orchestr8 serve --port 0", "on any free port"],
  ],
  arguments: {
    port: { type: "string", valueHint: "number", description: "where to listen, default 8088; 0 is any free one" },
    ...operatorArguments,
    ...durabilityArguments,
  },
  async run(values, context) {
    const { serve } = await import("../serve.ts");
    return await serve(values, context);
  },
});
