import type { AnyAgent } from "./agent.ts";
import { helloWorld } from "./hello-world.ts";
import { httpAgent } from "./http/http-agent.ts";

/** The agents that every engine has. */
export const builtInAgents: readonly AnyAgent[] = Object.freeze([helloWorld, httpAgent]);
