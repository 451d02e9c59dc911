import { defineCommand } from "../command.ts";
import { durabilityArguments } from "../journal/journal-arguments.ts";
import { operatorArguments } from "../operator-arguments.ts";
import { serverArguments } from "../server-arguments.ts";

export const serveCommand = defineCommand({
  description:
    "Serves the HTTP API and the project's agents and workflows on 127.0.0.1 until Ctrl-C, goes on with what was left unfinished, and logs to stderr, one JSON object a line. Callers need the token that it prints, or the one in ORCHESTR8_TOKEN.",
  examples: [
    ["orchestr8 serve", "on port 8088"],
    ["orchestr8 serve --port 0", "on any free port"],
    ["ORCHESTR8_TOKEN=… orchestr8 serve --host 0.0.0.0 --allow-host o8.internal", "for others, as o8.internal"],
  ],
  arguments: {
    ...serverArguments,
    ...operatorArguments,
    ...durabilityArguments,
  },
  async run(values, context) {
    const { serve } = await import("../serve.ts");
    const { exportTraces } = await import("../telemetry/export-traces.ts");
    await using _ = await exportTraces(context, "logged");
    return await serve(values, context);
  },
});
