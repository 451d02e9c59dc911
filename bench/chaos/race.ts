import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import type { Program } from "./program.ts";
import type { Answer, Order, RaceKind, Racer } from "./race-worker.ts";

/** A process that stays, and does what it is told. */
class Runner {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  readonly #exit: Promise<unknown>;

  constructor({ command: [program, ...args] }: Program, racer: Racer) {
    const child = spawn(program, [...args, JSON.stringify(racer)], { stdio: ["pipe", "pipe", "inherit"] });
    this.#child = child;
    this.#answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    this.#exit = new Promise((resolve) => child.once("exit", resolve));
  }

  async obey(order: Order): Promise<Answer> {
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
    const { value, done } = await this.#answers.next();
    if (done === true) throw new Error(`Cannot go on with the race: a process has ended before it did "${order.kind}"`);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by race-worker.ts
    return JSON.parse(value) as Answer;
  }

  async stop(): Promise<void> {
    this.#child.stdin?.end();
    await this.#exit;
  }
}

/** Two processes on one journal. */
export class Race implements AsyncDisposable {
  readonly #runners: readonly Runner[];
  readonly #setter: Program;
  readonly #place: Pick<Racer, "path" | "effects">;

  constructor(programs: readonly [Program, Program], place: Pick<Racer, "path" | "effects">) {
    this.#setter = programs[0];
    this.#place = place;
    this.#runners = programs.map((program) => new Runner(program, place));
  }

  /** Executions that a process has left unfinished and without an owner. */
  leave(count: number, kind: RaceKind = "single"): readonly string[] {
    const { command } = this.#setter;
    const [program, ...args] = command;
    const racer: Racer = { ...this.#place, leaves: { count, kind } };
    const { stdout, stderr } = spawnSync(program, [...args, JSON.stringify(racer)], { encoding: "utf8" });
    if (stdout === "") throw new Error(`Cannot leave executions to race for: ${stderr}`);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by race-worker.ts
    return (JSON.parse(stdout) as Answer).owns;
  }

  /** Has both do the same at the same time. */
  async run(order: Order): Promise<readonly Answer[]> {
    return await Promise.all(this.#runners.map((runner) => runner.obey(order)));
  }

  /** Time enough for an order to reach both. */
  get soon(): number {
    return Date.now() + 4;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#runners.map((runner) => runner.stop()));
  }
}
