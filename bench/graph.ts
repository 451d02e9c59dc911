/** What benchmarks run: steps that do nothing, in an order that only their dependencies prescribe. */
export type Graph = readonly GraphStep[];

export interface GraphStep {
  readonly id: string;
  /** All of them stand before it. */
  readonly dependencies: readonly string[];
}

/** The body of every step, so that a run can be checked for having called each. */
export type Visit = (id: string) => Promise<null>;

export function chain(length: number): Graph {
  return Array.from({ length }, (_, index) => ({
    id: `s${index}`,
    dependencies: index === 0 ? [] : [`s${index - 1}`],
  }));
}

/** So many steps that wait for nothing, and one that waits for them all. */
export function fanOut(width: number): Graph {
  const sources = Array.from({ length: width }, (_, index) => `s${index}`);
  return [...sources.map((id) => ({ id, dependencies: [] })), { id: "join", dependencies: sources }];
}

/** Each step waits for up to three earlier ones. The same size gives the same graph, always. */
export function randomDag(size: number): Graph {
  const random = seeded(size);
  return Array.from({ length: size }, (_, index) => {
    const earlier = new Set<string>();
    while (earlier.size < Math.min(3, index)) earlier.add(`s${Math.floor(random() * index)}`);
    return { id: `s${index}`, dependencies: [...earlier] };
  });
}

/** The steps by the length of the longest way to them, for engines that go level by level. */
export function levels(graph: Graph): readonly Graph[] {
  const levelOf = new Map<string, number>();
  const grouped: GraphStep[][] = [];
  for (const step of graph) {
    const level = step.dependencies.reduce((deepest, id) => Math.max(deepest, (levelOf.get(id) ?? 0) + 1), 0);
    levelOf.set(step.id, level);
    (grouped[level] ??= []).push(step);
  }
  return grouped;
}

/** The levels of a graph whose steps each wait for the whole level before: a plain sequence can run it. */
export function layers(graph: Graph): readonly Graph[] | undefined {
  const found = levels(graph);
  const widthBefore = (level: number): number => found[level - 1]?.length ?? 0;
  const isLayered = found.every((steps, level) =>
    steps.every(({ dependencies }) => dependencies.length === widthBefore(level)),
  );
  return isLayered ? found : undefined;
}

/** The steps that no other waits for. */
export function leaves(graph: Graph): Graph {
  const awaited = new Set(graph.flatMap(({ dependencies }) => dependencies));
  return graph.filter(({ id }) => !awaited.has(id));
}

/** Fails unless `run` visits every step once and after its dependencies. */
export async function check(graph: Graph, run: (visit: Visit) => Promise<unknown>): Promise<void> {
  const visited = new Map<string, number>();
  let visits = 0;
  await run(async (id) => {
    visited.set(id, visits++);
    return null;
  });
  if (visits !== graph.length || visited.size !== graph.length) {
    throw new Error(`Cannot measure the run: ${visits} of ${graph.length} steps ran`);
  }
  const early = graph.find(({ id, dependencies }) =>
    dependencies.some((other) => (visited.get(other) ?? 0) > (visited.get(id) ?? 0)),
  );
  if (early !== undefined) throw new Error(`Cannot measure the run: step "${early.id}" ran before its dependencies`);
}

/** mulberry32 */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
