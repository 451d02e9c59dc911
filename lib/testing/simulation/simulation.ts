import type { AnyAgent } from "../../agents/agent.ts";
import { MemoryJournal } from "../../journal/memory-journal.ts";
import type { Workflow } from "../../workflow.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { check, type Promised } from "./check.ts";
import { Draw } from "./draw.ts";
import type { Faults } from "./faults.ts";
import { Plans, readHistories, type History } from "./history.ts";
import { compareLive } from "./live-views.ts";
import { simulatedOperator } from "./operator.ts";
import type { PlantedBug } from "./planted-bug.ts";
import { Recorder } from "./recorder.ts";
import type { AgentSite } from "./simulated-agent.ts";
import { SimulatedProcess, type ProcessHouse } from "./simulated-process.ts";
import { Trouble, type CrashPoint } from "./trouble.ts";
import { Users } from "./users.ts";
import { worldStart, type Limits, type Start } from "./world.ts";

/** A world, with its agents made real. */
export interface Setup {
  readonly seed: number;
  readonly workflows: readonly Workflow[];
  readonly starts: readonly Start[];
  readonly faults: Faults;
  readonly limits: Limits;
  readonly agents: (site: AgentSite) => readonly AnyAgent[];
  readonly crashAt?: CrashPoint;
  readonly bug?: PlantedBug;
}

/** What came of a simulation. */
export interface Outcome {
  readonly recorder: Recorder;
  readonly histories: readonly History[];
  /** What was promised, and whether it was kept. */
  readonly promised: readonly Promised[];
  readonly writes: number;
  readonly virtualMs: number;
}

/** All executions must have ended so long after the faults. */
const usualPatienceMs = 4 * 3_600_000;
/** Whatever is left to recover is looked for at least this often, but for worlds with more patience. */
const maxStepMs = 120_000;
/** After so long without faults, in processes that run, every message must have been read. */
const settleMs = 2_000;

/**
 * Lets engines run in a world: first in one where things go wrong, then in one where nothing does and everything has to
 * come to its end. What happened is then checked.
 */
export class Simulation {
  readonly #setup: Setup;
  readonly #clock = new VirtualClock({ wall: worldStart });
  readonly #recorder = new Recorder();
  readonly #trouble: Trouble;
  readonly #house: ProcessHouse;
  readonly #users: Users;
  readonly #draw: Draw;
  readonly #disk: MemoryJournal;
  readonly #plans = new Plans();
  #processes: SimulatedProcess[] = [];
  /** Messages that waited when this was last looked at. */
  #unread = new Set<string>();
  #booted = 0;
  #ids = 0;
  /** Agents that no restart may call again. */
  readonly #atMostOnce = new Set<string>();

  constructor(setup: Setup) {
    const { seed, faults, crashAt, limits, workflows, starts, bug, agents } = setup;
    this.#setup = setup;
    const clock = this.#clock;
    const recorder = this.#recorder;
    this.#draw = new Draw(`driver ${seed}`);
    this.#disk = new MemoryJournal({ clock, leaseMs: limits.leaseMs, keepFinished: Infinity });
    this.#trouble = new Trouble({ seed, faults, crashAt, clock, recorder });
    this.#users = new Users({ draw: new Draw(`users ${seed}`), recorder, starts, cancelChance: faults.cancel });
    this.#house = {
      seed,
      clock,
      recorder,
      workflows,
      agents,
      disk: this.#disk,
      trouble: this.#trouble,
      maxConcurrency: limits.maxConcurrency,
      operator: simulatedOperator([...workflows, ...starts.map(({ workflow }) => workflow)]),
      newId: () => `e${++this.#ids}`,
      bug,
      owners: new Map(),
      isWatched: this.#draw.chance(0.1),
    };
  }

  async run(): Promise<Outcome> {
    await this.#suffer();
    await this.#heal();
    for (const process of this.#processes) process.clock.end();
    const histories = await readHistories(this.#disk, this.#plans, this.#recorder);
    const { limits, faults } = this.#setup;
    const { maxConcurrency } = limits;
    const promised = check(histories, this.#recorder, { maxConcurrency, faults, atMostOnce: this.#atMostOnce });
    return {
      recorder: this.#recorder,
      histories,
      promised,
      writes: this.#trouble.writes,
      virtualMs: this.#clock.now(),
    };
  }

  async #suffer(): Promise<void> {
    const { limits, faults } = this.#setup;
    const draw = this.#draw;
    for (let index = 0; index < limits.processes; index++) this.#boot();
    while (this.#clock.now() < limits.troubleMs && !this.#isDone) {
      const stepMs = draw.int(1, 1_000);
      const seconds = stepMs / 1_000;
      for (const process of this.#processes) this.#disturb(process, seconds);
      if (draw.chance(faults.clockJump * seconds)) this.#jump();
      if (this.#processes.length < limits.processes && draw.chance(0.5)) this.#boot();
      this.#users.start(this.#anyProcess(), this.#clock.now());
      await this.#bother(seconds);
      await this.#advance(stepMs);
      if (draw.chance(0.02)) await this.#compare();
    }
  }

  async #heal(): Promise<void> {
    this.#trouble.end();
    this.#users.giveUp();
    this.#clock.setWall(worldStart + this.#clock.now());
    for (const process of this.#processes) process.goOn();
    // What they missed happens now, before anybody looks whether all is done.
    await this.#advance(1);
    const { patienceMs = usualPatienceMs, leaseMs } = this.#setup.limits;
    const endMs = this.#clock.now() + patienceMs;
    const longestMs = Math.max(maxStepMs, patienceMs / 1_000);
    const settledMs = this.#clock.now() + leaseMs + settleMs;
    const areAllWatchful = this.#draw.chance(0.5);
    if (!areAllWatchful) this.#boot();
    for (let stepMs = 500; !this.#isDone && this.#clock.now() < endMs; stepMs = Math.min(stepMs * 1.3, longestMs)) {
      if (this.#processes.every(({ isReady }) => !isReady)) this.#boot();
      const watchful = areAllWatchful ? this.#processes : this.#processes.slice(-1);
      for (const process of watchful) if (process.isReady) process.recover();
      if (this.#clock.now() > settledMs) await this.#checkInbox();
      await this.#signalAll();
      await this.#advance(stepMs);
    }
    await this.#advance(0);
    await this.#compare();
  }

  get #isDone(): boolean {
    const isKept = this.#processes.every(({ journal }) => journal.isIdle);
    return isKept && this.#users.hasStartedAll && this.#recorder.unfinished.size === 0;
  }

  get #isAnyStanding(): boolean {
    return this.#processes.some(({ isStanding }) => isStanding);
  }

  #boot(): void {
    const process = new SimulatedProcess(this.#house, ++this.#booted);
    this.#processes.push(process);
    for (const { id, semantics } of process.engine.agents) if (semantics === "at-most-once") this.#atMostOnce.add(id);
    process.recover();
  }

  #anyProcess(): SimulatedProcess | undefined {
    return this.#draw.pickAny(this.#processes.filter(({ isReady }) => isReady));
  }

  /** Time moves. Processes that ended meanwhile are gone. */
  async #advance(ms: number): Promise<void> {
    try {
      await this.#clock.advance(ms);
    } catch (error) {
      this.#recorder.violation(undefined, `a timer threw ${error instanceof Error ? error.stack : String(error)}`);
    }
    if (this.#processes.some(({ isAlive }) => !isAlive))
      this.#processes = this.#processes.filter(({ isAlive }) => isAlive);
  }

  #disturb(process: SimulatedProcess, seconds: number): void {
    if (!process.isReady) return;
    const { faults, limits } = this.#setup;
    const draw = this.#draw;
    if (draw.chance(faults.pause * seconds)) {
      const ms = draw.skewed(limits.leaseMs, limits.leaseMs * 10);
      this.#trouble.tell(`process ${process.number} stands still for ${ms} ms`);
      process.stand(ms);
    } else if (draw.chance(faults.close * seconds)) {
      const drainMs = draw.pick([0, 100, 3_000]);
      this.#trouble.tell(`process ${process.number} closes, draining ${drainMs} ms`);
      process.close(drainMs);
    } else if (draw.chance(this.#isAnyStanding ? 0.3 : faults.takeOver * seconds)) {
      this.#trouble.tell(`process ${process.number} recovers`);
      process.recover();
    }
  }

  #jump(): void {
    const ms = this.#draw.pick([-1, 1]) * this.#draw.skewed(10, 600_000);
    this.#trouble.tell(`the wall clock jumps by ${ms} ms`);
    this.#clock.setWall(this.#clock.wall() + ms);
  }

  /** Users ask for something. */
  async #bother(seconds: number): Promise<void> {
    const executionId = this.#draw.pickAny([...this.#recorder.unfinished]);
    if (executionId === undefined) return;
    if (this.#draw.chance(0.3)) await this.#signal(executionId);
    if (this.#draw.chance(seconds) && this.#users.cancel(this.#anyProcess(), executionId)) {
      this.#trouble.tell(`somebody cancels ${executionId}`);
    }
  }

  async #signal(executionId: string): Promise<void> {
    const stored = await this.#disk.load(executionId);
    if (stored !== undefined) this.#users.signal(this.#anyProcess(), executionId, stored.workflow);
  }

  async #signalAll(): Promise<void> {
    for (const executionId of this.#recorder.unfinished) await this.#signal(executionId);
  }

  /** No message may still wait that waited when this was last looked at: processes run, and had time to read it. */
  async #checkInbox(): Promise<void> {
    const unread = new Set<string>();
    for (const { number, journal } of this.#processes) {
      for (const { executionId, deliveryId, message } of await journal.inbox()) {
        const delivery = `${number}/${deliveryId}`;
        unread.add(delivery);
        if (!this.#unread.has(delivery)) continue;
        this.#recorder.violation(executionId, `a ${message.kind} was left for it, and nobody reads it`);
      }
    }
    this.#unread = unread;
  }

  async #compare(): Promise<void> {
    const facts = { disk: this.#disk, plans: this.#plans, recorder: this.#recorder };
    for (const process of this.#processes) if (process.isReady) await compareLive(process, facts);
  }
}
