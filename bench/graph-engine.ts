import type { Graph, Visit } from "./graph.ts";

/** An engine that can run graphs, as thin as can be. */
export interface GraphEngine {
  /** Everything that is done once for a graph. What it gives runs the graph once. */
  prepare(graph: Graph, visit: Visit): () => Promise<unknown>;
}
