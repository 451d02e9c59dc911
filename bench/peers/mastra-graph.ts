import { createStep, createWorkflow } from "@mastra/core/workflows";
import { z } from "zod";
import type { GraphEngine } from "../graph-engine.ts";
import { type GraphStep, levels } from "../graph.ts";

const anything = { inputSchema: z.any(), outputSchema: z.any() };

/** Mastra's workflows have no dependencies but order, so a level must end before the next begins. No storage. */
export const mastraGraph: GraphEngine = {
  prepare: (graph, visit) => {
    const stepOf = ({ id }: GraphStep) => createStep({ ...anything, id, execute: () => visit(id) });
    const building = createWorkflow({ ...anything, id: "bench" });
    for (const level of levels(graph)) {
      const [first, ...others] = level.map(stepOf);
      if (first !== undefined && others.length === 0) building.then(first);
      else if (first !== undefined) building.parallel([first, ...others]);
    }
    const workflow = building.commit();
    return async () => {
      const run = await workflow.createRun();
      const { status } = await run.start({ inputData: null });
      if (status !== "success") throw new Error(`Cannot measure Mastra: the run ended as ${status}`);
    };
  },
};
