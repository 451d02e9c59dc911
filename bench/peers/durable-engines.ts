import { bareSqlite } from "./bare-sqlite.ts";
import type { Open } from "./durable-engine.ts";
import { type Durability, open } from "./orchestr8-durable.ts";

function orchestr8(durability: Durability): Open {
  return ({ folder }) => open(durability, folder);
}

/** All that are measured. Peers are loaded when they are asked for. */
export const durableEngines: Readonly<Record<string, () => Open | Promise<Open>>> = {
  "SQLite by hand, FULL, group commit": () => bareSqlite({ synchronous: "FULL", isGrouped: true }),
  "SQLite by hand, NORMAL, group commit": () => bareSqlite({ synchronous: "NORMAL", isGrouped: true }),
  "SQLite by hand, FULL, a commit per step": () => bareSqlite({ synchronous: "FULL", isGrouped: false }),
  restate: async () => (await import("./restate-durable.ts")).openRestate,
  dbos: async () => (await import("./dbos-durable.ts")).openDbos,
  "mastra, LibSQL": async () => (await import("./mastra-durable.ts")).openMastra,
  "orchestr8 memory": () => orchestr8("memory"),
  "orchestr8 fast": () => orchestr8("fast"),
  "orchestr8 full": () => orchestr8("full"),
};
