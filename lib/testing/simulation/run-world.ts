import { createHash } from "node:crypto";
import type { PlantedBug } from "./planted-bug.ts";
import { simulatedAgent } from "./simulated-agent.ts";
import { Simulation, type Outcome } from "./simulation.ts";
import { world, type World } from "./world.ts";

/** Lets the engine run in the world of a seed. */
export async function runWorld(seed: number | World, options: { readonly bug?: PlantedBug } = {}): Promise<Outcome> {
  const { agents, ...rest } = typeof seed === "number" ? world(seed) : seed;
  const simulation = new Simulation({
    ...rest,
    ...options,
    agents: (site) => agents.map((profile) => simulatedAgent(profile, site)),
  });
  return await simulation.run();
}

/** What there is to know about a seed that broke a promise, and how to see it again. */
export function describeFailure(seed: number, { recorder }: Outcome): string {
  const { violations, faults } = recorder;
  return [
    `seed ${seed} broke ${violations.length} promises:`,
    ...violations.slice(0, 10).map((violation) => `  ${violation}`),
    faults.length === 0 ? "nothing went wrong on purpose" : "what went wrong on purpose:",
    ...faults.slice(0, 40).map((fault) => `  ${fault}`),
    `again: bun run chaos --seed ${seed} --seeds 1`,
  ].join("\n");
}

/** A hash of all that happened: the same seed gives the same one, on every machine. */
export function traceHash({ histories, recorder }: Outcome): string {
  const hash = createHash("sha256");
  for (const { entries } of histories) hash.update(JSON.stringify(entries));
  hash.update(JSON.stringify([recorder.faults, recorder.calls, recorder.violations]));
  return hash.digest("hex");
}
