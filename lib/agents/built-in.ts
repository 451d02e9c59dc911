import type { AnyAgent } from "./agent.ts";
import { helloWorld } from "./hello-world.ts";

/** The agents that every engine has. */
export const builtInAgents: readonly AnyAgent[] = Object.freeze([helloWorld]);
