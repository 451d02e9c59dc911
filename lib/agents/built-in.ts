import type { AnyAgent } from "./agent.ts";
import { commandAgent } from "./command/command-agent.ts";
import { fileAgent } from "./file/file-agent.ts";
import { helloWorld } from "./hello-world.ts";
import { httpAgent } from "./http/http-agent.ts";
import { transformAgent } from "./transform.ts";

/** The agents that every engine has. Those that touch files and programs work only once their operator configures them. */
export const builtInAgents: readonly AnyAgent[] = Object.freeze([
  helloWorld,
  httpAgent,
  transformAgent,
  fileAgent,
  commandAgent,
]);
