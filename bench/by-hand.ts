import type { GraphEngine } from "./graph-engine.ts";
import { type Graph, type GraphStep, layers } from "./graph.ts";

const none = Promise.resolve(null);

/** What one would write without an engine: a sequence where that is enough, or a promise for each step. */
export const promisesByHand: GraphEngine = {
  prepare: (graph, visit) => {
    const sequence = layers(graph);
    if (sequence !== undefined) {
      return async () => {
        for (const layer of sequence) {
          const [only] = layer;
          if (only !== undefined && layer.length === 1) await visit(only.id);
          else await Promise.all(layer.map(({ id }) => visit(id)));
        }
      };
    }
    return () => {
      const running = new Map<string, Promise<null>>();
      const start = async ({ id, dependencies }: GraphStep): Promise<null> => {
        await Promise.all(dependencies.map((other) => running.get(other) ?? none));
        return visit(id);
      };
      for (const step of graph) running.set(step.id, step.dependencies.length === 0 ? visit(step.id) : start(step));
      return Promise.all(running.values());
    };
  },
};

/** The least that an engine can do: count what each step still waits for. Keeps no state, has no limit, knows no failure. */
export const inDegreeByHand: GraphEngine = {
  prepare: (graph, visit) => {
    const ids = graph.map(({ id }) => id);
    const inDegrees = Int32Array.from(graph, ({ dependencies }) => dependencies.length);
    const { offsets, dependents } = dependentsOf(graph);
    return () =>
      new Promise<void>((resolve, reject) => {
        const missing = inDegrees.slice();
        let left = ids.length;
        const end = (index: number): void => {
          if (--left === 0) resolve();
          const last = offsets[index + 1] ?? 0;
          for (let place = offsets[index] ?? 0; place < last; place++) {
            const dependent = dependents[place] ?? 0;
            if ((missing[dependent] = (missing[dependent] ?? 0) - 1) === 0) start(dependent);
          }
        };
        const start = (index: number): void => {
          visit(ids[index] ?? "").then(() => end(index), reject);
        };
        inDegrees.forEach((degree, index) => {
          if (degree === 0) start(index);
        });
      });
  },
};

/** The places of the steps that wait for step `n`: those between the offsets `n` and `n + 1`. */
function dependentsOf(graph: Graph): { readonly offsets: Int32Array; readonly dependents: Int32Array } {
  const indexOf = new Map(graph.map(({ id }, index) => [id, index]));
  const lists: number[][] = graph.map(() => []);
  graph.forEach(({ dependencies }, index) => {
    for (const id of dependencies) lists[indexOf.get(id) ?? -1]?.push(index);
  });
  const offsets = new Int32Array(graph.length + 1);
  lists.forEach((list, index) => (offsets[index + 1] = (offsets[index] ?? 0) + list.length));
  return { offsets, dependents: Int32Array.from(lists.flat()) };
}
