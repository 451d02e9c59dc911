import { defineCommand } from "../command.ts";
import { durabilityArguments } from "../journal/journal-arguments.ts";
import { operatorArguments } from "../operator-arguments.ts";

export const serveCommand = defineCommand({
  description:
    "Serves the HTTP API and the project's agents and workflows on 127.0.0.1 until Ctrl-C, goes on with what was left unfinished, and logs to stderr, one JSON object a line. Callers need the token that it prints, or the one in ORCHESTR8_TOKEN.",
  examples: [
    ["orchestr8 serve", "on port 8088"],
    ["orchestr8 serve --port 0", "on any free port"],
    ["ORCHESTR8_TOKEN=… orchestr8 serve --host 0.0.0.0 --allow-host o8.internal", "for others, as o8.internal"],
  ],
  arguments: {
    port: {
      type: "string",
      valueHint: "number",
      description: "where to listen, default 8088; 0 is any free one",
      setting: "server.port",
    },
    host: {
      type: "string",
      valueHint: "address",
      description: "where to be reached, default 127.0.0.1: this machine",
      setting: "server.host",
    },
    "allow-host": {
      type: "string",
      valueHint: "name",
      repeatable: true,
      description: "a further name that callers may ask for, with or without a port",
      setting: "server.allowedHosts",
    },
    token: {
      type: "string",
      valueHint: "token",
      description: "what callers need, default ORCHESTR8_TOKEN or a new one",
    },
    "no-auth": { type: "boolean", description: "let everybody on this machine in without a token" },
    "max-executions": {
      type: "string",
      valueHint: "number",
      description: "unfinished executions, default 1000; further ones are refused with 429",
      setting: "maxExecutions",
    },
    ...operatorArguments,
    ...durabilityArguments,
  },
  async run(values, context) {
    const { serve } = await import("../serve.ts");
    return await serve(values, context);
  },
});
