import { join } from "node:path";
import { createEngine, type Journal, MemoryJournal, openSqliteJournal } from "orchestr8";
import { chain } from "../graph.ts";
import { agentOf, runOn } from "../orchestr8.ts";
import { type DurableEngine, stepIds, work } from "./durable-engine.ts";

/** `memory`: nothing outlives the process; `fast`: survives it; `full`: survives the machine. */
export type Durability = "memory" | "fast" | "full";

/** As many steps at once as there are executions: the others have no limit either. */
const maxConcurrency = 1_000;

/** What keeps its files, if any, goes in `folder`. */
export async function open(durability: Durability, folder: string): Promise<DurableEngine> {
  const journal: Journal =
    durability === "memory"
      ? new MemoryJournal({ keepFinished: 100 })
      : await openSqliteJournal({ path: join(folder, "journal.db"), durability });
  const engine = createEngine({ agents: [agentOf(work)], journal, maxConcurrency, keepFinished: 100 });
  return {
    runOnce: runOn(engine, chain(stepIds.length)),
    close: async () => {
      await engine.close();
      await journal.close();
    },
  };
}
