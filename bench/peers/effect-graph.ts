import { Effect, Fiber } from "effect";
import type { GraphEngine } from "../graph-engine.ts";
import { type GraphStep, layers } from "../graph.ts";

/** Plain Effect, no workflow: a sequence where that is enough, or a fiber for each step. Faster here than `Effect.cached` or a `Deferred` each. */
export const effectGraph: GraphEngine = {
  prepare: (graph, visit) => {
    const run = ({ id }: GraphStep): Effect.Effect<null> => Effect.promise(() => visit(id));
    const sequence = layers(graph);
    const program =
      sequence === undefined
        ? Effect.gen(function* () {
            const fibers = new Map<string, Fiber.Fiber<null>>();
            for (const step of graph) {
              const awaited = step.dependencies.flatMap((id) => fibers.get(id) ?? []);
              const body = awaited.length === 0 ? run(step) : Effect.andThen(Fiber.joinAll(awaited), run(step));
              fibers.set(step.id, yield* Effect.forkChild(body));
            }
            yield* Fiber.joinAll(fibers.values());
          })
        : Effect.gen(function* () {
            for (const layer of sequence) {
              const [only] = layer;
              if (only !== undefined && layer.length === 1) yield* run(only);
              else yield* Effect.forEach(layer, run, { concurrency: "unbounded", discard: true });
            }
          });
    return () => Effect.runPromise(program);
  },
};
