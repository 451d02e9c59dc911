import { rmSync } from "node:fs";
import { join } from "node:path";
import { defectsAfterKill, defectsAtEnd } from "./defects.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import { inPool } from "./pool.ts";
import type { Program } from "./program.ts";
import { runWorker } from "./run-worker.ts";
import { type ShapeName, shapeNames } from "./shapes.ts";
import { readStored } from "./stored.bun.ts";
import { Trial } from "./trial.ts";
import { Workshop } from "./workshop.ts";

/** What came of kills at any time, also between writes and inside them. */
export interface RandomCount {
  kills: number;
  executions: number;
  readonly defects: string[];
}

/** About how long a worker takes from its first word to its last one. */
const maxMs = 150;
/** Executions that one process takes on; those that it did not finish are for the next one. */
const perProcess = 3;

/** Kills so many processes at random times. Each goes on with what the one before left, and starts more. */
export async function killAtRandom(programs: readonly Program[], kills: number, atOnce = 2): Promise<RandomCount> {
  using workshop = await Workshop.open();
  const count: RandomCount = { kills: 0, executions: 0, defects: [] };
  const references = new Map<ShapeName, Outcome>();
  const lanes = Array.from({ length: atOnce }, (_, lane) => async (): Promise<void> => {
    const program = programs[lane % programs.length];
    if (program !== undefined) await new RandomLane(program, lane, workshop, count, references).run(kills);
  });
  await inPool(atOnce, lanes);
  return count;
}

class RandomLane {
  readonly #program: Program;
  readonly #empty: string;
  readonly #folder: string;
  readonly #count: RandomCount;
  readonly #references: Map<ShapeName, Outcome>;
  #open: Trial[] = [];
  #trials = 0;

  constructor(
    program: Program,
    lane: number,
    { empty, folder }: Workshop,
    count: RandomCount,
    references: Map<ShapeName, Outcome>,
  ) {
    this.#program = program;
    this.#empty = empty;
    this.#folder = join(folder, String(lane));
    this.#count = count;
    this.#references = references;
  }

  async run(kills: number): Promise<void> {
    for (const shape of shapeNames) await this.#learn(shape);
    while (this.#count.kills < kills) await this.#round(Math.random() * maxMs);
    await this.#round(undefined);
  }

  /** How an execution of the shape ends that nobody kills. */
  async #learn(shape: ShapeName): Promise<void> {
    const trial = this.#newTrial(shape);
    trial.hear((await runWorker(this.#program, [trial.next()])).notes[0] ?? []);
    this.#references.set(shape, outcomeOf(trial, readStored(trial.path)));
  }

  async #round(killAfterMs: number | undefined): Promise<void> {
    const wanted = killAfterMs === undefined ? 0 : perProcess;
    while (this.#open.length < wanted) this.#open.push(this.#newTrial());
    const trials = this.#open;
    const tasks = trials.map((trial) => trial.next());
    let killer: ReturnType<typeof setTimeout> | undefined;
    const { notes, isKilled, failure } = await runWorker(this.#program, tasks, (child) => {
      if (killAfterMs !== undefined) killer ??= setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    });
    clearTimeout(killer);
    if (failure !== undefined) this.#count.defects.push(failure);
    if (isKilled) this.#count.kills++;
    for (const [index, trial] of trials.entries()) trial.hear(notes[index] ?? []);
    this.#open = failure === undefined ? trials.filter((trial) => !this.#hasEnded(trial)) : [];
  }

  #hasEnded(trial: Trial): boolean {
    const stored = readStored(trial.path);
    const hasEnded = trial.ending !== undefined;
    const reference = this.#references.get(trial.shape);
    const defects = hasEnded ? defectsAtEnd(trial, stored, reference) : defectsAfterKill(trial, stored);
    this.#count.defects.push(...defects.map((defect) => `${trial.shape} on ${this.#program.runtime}: ${defect}`));
    if (!hasEnded) return false;
    this.#count.executions++;
    rmSync(trial.folder, { recursive: true, force: true });
    return true;
  }

  #newTrial(shape = shapeNames[this.#trials % shapeNames.length] ?? "sequence"): Trial {
    return new Trial(shape, join(this.#folder, String(this.#trials++)), this.#empty);
  }
}
