import { chain, fanOut, type Graph, randomDag } from "./graph.ts";

export interface GraphCase {
  readonly name: string;
  readonly graph: Graph;
  /** Executions at once, default 1. */
  readonly atOnce?: number;
}

/** The graphs that all engines run. */
export const graphCases: readonly GraphCase[] = [
  { name: "chain of 3", graph: chain(3) },
  { name: "chain of 100", graph: chain(100) },
  { name: "fan-out of 100 and a join", graph: fanOut(100) },
  { name: "fan-out of 1,000 and a join", graph: fanOut(1_000) },
  { name: "random DAG of 1,000", graph: randomDag(1_000) },
  { name: "1,000 chains of 3 at once", graph: chain(3), atOnce: 1_000 },
];

export function stepsOf({ graph, atOnce = 1 }: GraphCase): number {
  return graph.length * atOnce;
}

export function times(count: number, run: () => Promise<unknown>): () => Promise<unknown> {
  return count === 1 ? run : () => Promise.all(Array.from({ length: count }, run));
}
