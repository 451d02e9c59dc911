import { join } from "node:path";
import { Mastra } from "@mastra/core";
import { createStep, createWorkflow } from "@mastra/core/workflows";
import { LibSQLStore } from "@mastra/libsql";
import { z } from "zod";
import { type Open, stepIds, work } from "./durable-engine.ts";

const anything = { inputSchema: z.any(), outputSchema: z.any() };

/** Snapshots in a LibSQL file, as they come. */
export const openMastra: Open = async ({ folder }) => {
  const building = createWorkflow({ ...anything, id: "bench" });
  for (const id of stepIds) building.then(createStep({ ...anything, id, execute: work }));
  const storage = new LibSQLStore({ id: "bench", url: `file:${join(folder, "mastra.db")}` });
  await storage.init();
  const mastra = new Mastra({ storage, logger: false, workflows: { bench: building.commit() } });
  const workflow = mastra.getWorkflow("bench");
  return {
    runOnce: async () => {
      const run = await workflow.createRun();
      const { status } = await run.start({ inputData: null });
      if (status !== "success") throw new Error(`Cannot measure Mastra: the run ended as ${status}`);
    },
    close: () => storage.close(),
  };
};
