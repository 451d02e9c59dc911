import { DBOS } from "@dbos-inc/dbos-sdk";
import { type Open, stepIds, work } from "./durable-engine.ts";

/** DBOS in this process, its system database in PostgreSQL, as it comes. */
export const openDbos: Open = async ({ postgresUrl }) => {
  if (postgresUrl === undefined) throw new Error("Cannot open DBOS: there is no PostgreSQL");
  const run = DBOS.registerWorkflow(
    async () => {
      for (const name of stepIds) await DBOS.runStep(work, { name });
    },
    { name: "bench" },
  );
  DBOS.setConfig({ name: "bench", systemDatabaseUrl: postgresUrl, logLevel: "error" });
  await DBOS.launch();
  return { runOnce: () => run(), close: () => DBOS.shutdown() };
};
