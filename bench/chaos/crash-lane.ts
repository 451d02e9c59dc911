import { rmSync } from "node:fs";
import { join } from "node:path";
import { defectsAfterKill, defectsAtEnd } from "./defects.ts";
import { type KillPoint, type Phase, phases, type Plant } from "./killing-journal.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import type { Program, Runtime } from "./program.ts";
import { runWorker } from "./run-worker.ts";
import type { ShapeName } from "./shapes.ts";
import { readStored } from "./stored.bun.ts";
import { Trial } from "./trial.ts";
import type { Task } from "./worker.ts";
import type { Workshop } from "./workshop.ts";

/** What was found out about one shape on one runtime. */
export interface CrashCount {
  readonly shape: ShapeName;
  readonly runtime: Runtime;
  /** Points at which a process was killed. */
  points: number;
  recovered: number;
  /** Recoveries that were killed in turn. */
  secondPoints: number;
  secondRecovered: number;
  readonly defects: string[];
}

export interface CrashOptions {
  /**
   * Where recoveries are killed in turn, for the point of a number, counted from 0: at some points, at all, or at one, which
   * is another one for the next point. Default nowhere.
   */
  readonly secondKills?: (point: number) => readonly KillPoint[] | "all" | "one";
  readonly plant?: Plant;
}

/**
 * Kills the execution of one shape at every write of its journal, before and after, until a run ends unharmed, and has
 * another process go on with it each time. That process then also runs up to the next point on a fresh journal, since most
 * of the time goes into starting processes.
 */
export class CrashLane {
  readonly count: CrashCount;
  readonly #program: Program;
  readonly #empty: string;
  readonly #folder: string;
  readonly #options: CrashOptions;
  #reference: Outcome | undefined;
  #trials = 0;
  /** Killed, and to be gone on with by the next process. */
  #left: { readonly trial: Trial; readonly isSecond: boolean } | undefined;

  constructor(program: Program, shape: ShapeName, workshop: Workshop, options: CrashOptions) {
    const { runtime } = program;
    this.count = { shape, runtime, points: 0, recovered: 0, secondPoints: 0, secondRecovered: 0, defects: [] };
    this.#program = program;
    this.#empty = workshop.empty;
    this.#folder = join(workshop.folder, `${runtime}-${shape.replaceAll(" ", "-")}`);
    this.#options = options;
  }

  async run(): Promise<CrashCount> {
    try {
      await this.#enumerate();
    } catch (error) {
      const { shape, runtime, defects } = this.count;
      defects.push(`${shape} on ${runtime}: ${error instanceof Error ? error.message : String(error)}`);
    }
    return this.count;
  }

  async #enumerate(): Promise<void> {
    const first = this.#newTrial();
    await this.#start(first, undefined);
    const stored = readStored(first.path);
    this.#reference = outcomeOf(first, stored);
    this.count.defects.push(...defectsAtEnd(first, stored, undefined));
    const open = new Set<Phase>(phases);
    for (let write = 0; open.size > 0; write++) {
      for (const phase of open) if (!(await this.#visit({ write, phase }))) open.delete(phase);
    }
    await this.#finishLeft([]);
  }

  /** False when a run ended without coming to the point. */
  async #visit(point: KillPoint): Promise<boolean> {
    const seconds = this.#options.secondKills?.(this.count.points) ?? [];
    if (!(await this.#crash(point))) return false;
    this.count.points++;
    if (seconds === "all") await this.#visitAllSeconds(point);
    else if (seconds === "one") await this.#visitOneSecond(point);
    else for (const second of seconds) await this.#visitSecond(point, second);
    return true;
  }

  async #visitAllSeconds(point: KillPoint): Promise<void> {
    const open = new Set<Phase>(phases);
    for (let write = 0; open.size > 0; write++) {
      for (const phase of open) if (!(await this.#visitSecond(point, { write, phase }))) open.delete(phase);
    }
  }

  /** Of recoveries that write less than that it is the first write, and of those that write nothing none. */
  async #visitOneSecond(point: KillPoint): Promise<void> {
    const phase = phases[Math.floor(this.count.points / phases.length) % phases.length] ?? "before";
    for (let write = this.count.points % 8; ; write = Math.floor(write / 2)) {
      if ((await this.#visitSecond(point, { write, phase })) || write === 0) return;
    }
  }

  /** False when the recovery ended without coming to its own point. */
  async #visitSecond(point: KillPoint, second: KillPoint): Promise<boolean> {
    const trial = this.#newTrial();
    const isKilled = (await this.#start(trial, point)) && (await this.#start(trial, second));
    if (isKilled) {
      this.count.secondPoints++;
      this.#left = { trial, isSecond: true };
    } else this.#judge(trial);
    return isKilled;
  }

  async #crash(point: KillPoint): Promise<boolean> {
    const trial = this.#newTrial();
    const isKilled = await this.#start(trial, point);
    if (isKilled) this.#left = { trial, isSecond: false };
    else this.#judge(trial);
    return isKilled;
  }

  /** Runs a trial up to a point, after the one that is left. Whether it was killed there. */
  async #start(trial: Trial, kill: KillPoint | undefined): Promise<boolean> {
    const isKilled = await this.#finishLeft([trial.next(kill)], trial);
    if (!isKilled) return false;
    this.#complain(trial, defectsAfterKill(trial, readStored(trial.path)));
    return true;
  }

  async #finishLeft(rest: readonly Task[], next?: Trial): Promise<boolean> {
    const left = this.#left;
    this.#left = undefined;
    const tasks = [...(left === undefined ? [] : [left.trial.next()]), ...rest];
    if (tasks.length === 0) return false;
    const { notes, isKilled, failure } = await runWorker(this.#program, tasks);
    if (failure !== undefined) {
      const plans = [left?.trial, next].flatMap((trial) => (trial === undefined ? [] : [trial.plan])).join("; ");
      throw new Error(`Cannot go on with executions killed ${plans}: ${failure}`);
    }
    next?.hear(notes.at(-1) ?? []);
    if (left !== undefined) {
      left.trial.hear(notes[0] ?? []);
      if (this.#judge(left.trial)) this.count[left.isSecond ? "secondRecovered" : "recovered"]++;
    }
    return isKilled;
  }

  /** Whether the execution ended as it should. */
  #judge(trial: Trial): boolean {
    const defects = defectsAtEnd(trial, readStored(trial.path), this.#reference);
    this.#complain(trial, defects);
    rmSync(trial.folder, { recursive: true, force: true });
    return defects.length === 0;
  }

  #complain(trial: Trial, defects: readonly string[]): void {
    const { shape, runtime } = this.count;
    this.count.defects.push(...defects.map((defect) => `${shape} on ${runtime}, killed ${trial.plan}: ${defect}`));
  }

  #newTrial(): Trial {
    const folder = join(this.#folder, String(this.#trials++));
    return new Trial(this.count.shape, folder, this.#empty, this.#options.plant);
  }
}
