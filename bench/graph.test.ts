import { describe, expect, test } from "bun:test";
import { inDegreeByHand, promisesByHand } from "./by-hand.ts";
import { chain, check, fanOut, layers, levels, randomDag } from "./graph.ts";

const graphs = { chain: chain(5), fanOut: fanOut(5), dag: randomDag(200) };

describe("graphs of the benchmarks", () => {
  test("are the same whenever they are drawn", () => {
    expect(randomDag(200)).toEqual(graphs.dag);
  });

  test("are layered when each step waits for the whole level before", () => {
    expect(layers(graphs.chain)?.map((layer) => layer.length)).toEqual([1, 1, 1, 1, 1]);
    expect(layers(graphs.fanOut)?.map((layer) => layer.length)).toEqual([5, 1]);
    expect(layers(graphs.dag)).toBeUndefined();
    expect(levels(graphs.dag).flat()).toHaveLength(200);
  });

  test.each(Object.entries(graphs))("run by hand in the order of their dependencies: %s", async (_name, graph) => {
    for (const engine of [promisesByHand, inDegreeByHand]) {
      await check(graph, (visit) => engine.prepare(graph, visit)());
    }
  });

  test("are not measured when a step is missing, runs twice or runs too early", async () => {
    const [first, second] = ["s0", "s1"];
    const runs = { missing: [first], twice: [first, first], early: [second, first] };
    for (const ids of Object.values(runs)) {
      const checked = check(chain(2), async (visit) => {
        for (const id of ids) await visit(id);
      });
      await expect(checked).rejects.toThrow("Cannot measure the run");
    }
  });
});
