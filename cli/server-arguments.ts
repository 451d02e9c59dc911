import type { ArgumentsDef } from "./argument.ts";

/** How a server is reached, and by whom. */
export const serverArguments = {
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
} as const satisfies ArgumentsDef;
