import { Annotation, END, entrypoint, START, StateGraph, task } from "@langchain/langgraph";
import type { GraphEngine } from "../graph-engine.ts";
import { leaves, levels } from "../graph.ts";

const State = Annotation.Root({ last: Annotation<string>({ reducer: (_, next) => next, default: () => "" }) });

/** The graph API: nodes and edges, a superstep a level. No checkpointer. */
export const langGraph: GraphEngine = {
  prepare: (graph, visit) => {
    const building = new StateGraph(State).addNode(
      Object.fromEntries(
        graph.map(({ id }) => [
          id,
          async () => {
            await visit(id);
            return { last: id };
          },
        ]),
      ),
    );
    for (const { id, dependencies } of graph) {
      const [first = START, ...others] = dependencies;
      building.addEdge(others.length === 0 ? first : [first, ...others], id);
    }
    for (const { id } of leaves(graph)) building.addEdge(id, END);
    const compiled = building.compile();
    const config = { recursionLimit: levels(graph).length + 1 };
    return () => compiled.invoke({}, config);
  },
};

/** The functional API: tasks in promises by hand. */
export const langGraphFunctional: GraphEngine = {
  prepare: (graph, visit) => {
    const call = task("call", visit);
    const program = entrypoint("bench", async (_input: object) => {
      const running = new Map<string, Promise<unknown>>();
      for (const { id, dependencies } of graph) {
        const awaited = Promise.all(dependencies.flatMap((other) => running.get(other) ?? []));
        running.set(id, dependencies.length === 0 ? call(id) : awaited.then(() => call(id)));
      }
      await Promise.all(running.values());
      return null;
    });
    return () => program.invoke({});
  },
};
