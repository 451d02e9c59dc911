import type { AgentContext, AnyAgent } from "../../agents/agent.ts";
import type { NewId } from "../../new-id.ts";
import { createEngine } from "../../engine/create-engine.ts";
import type { Engine, EngineOptions } from "../../engine/engine.ts";
import type { JournalEntry } from "../../engine/events.ts";
import type { ExecutionResult } from "../../engine/view.ts";
import { isOrchestr8Error } from "../../errors.ts";
import type { Journal } from "../../journal/journal.ts";
import type { MemoryJournal } from "../../journal/memory-journal.ts";
import type { Workflow } from "../../workflow.ts";
import type { VirtualClock } from "../virtual-clock.ts";
import { FaultyJournal, type JournalSite, type WriteFault } from "./faulty-journal.ts";
import { plantInAgent, plantInJournal, type PlantedBug, type PlantedSite } from "./planted-bug.ts";
import { ProcessClock } from "./process-clock.ts";
import type { Recorder } from "./recorder.ts";
import type { AgentSite } from "./simulated-agent.ts";
import type { Trouble } from "./trouble.ts";

/** What the processes of a world have in common. */
export interface ProcessHouse {
  readonly seed: number;
  readonly clock: VirtualClock;
  readonly disk: MemoryJournal;
  readonly recorder: Recorder;
  readonly trouble: Trouble;
  readonly workflows: readonly Workflow[];
  readonly maxConcurrency: number;
  readonly operator: Pick<EngineOptions, "environment" | "secrets">;
  readonly newId: NewId;
  readonly bug: PlantedBug | undefined;
  readonly owners: PlantedSite["owners"];
  readonly isWatched: boolean;
  agents(site: AgentSite): readonly AnyAgent[];
}

/** One process with one engine, from its boot to its end. */
export class SimulatedProcess implements JournalSite, AgentSite, PlantedSite {
  readonly number: number;
  readonly clock: ProcessClock;
  readonly engine: Engine;
  readonly journal: FaultyJournal;
  readonly #house: ProcessHouse;
  readonly #memory: MemoryJournal;
  #state: "runs" | "stands" | "closes" | "ended" = "runs";

  constructor(house: ProcessHouse, number: number) {
    const { clock, disk, bug, seed, workflows, maxConcurrency, operator, newId } = house;
    this.#house = house;
    this.number = number;
    this.clock = new ProcessClock(clock);
    this.#memory = disk.handle();
    this.journal = new FaultyJournal(this.#memory, this);
    const journal: Journal = plantInJournal(bug, this.journal, this);
    const agents = house.agents(this).map((agent) => plantInAgent(bug, agent, seed));
    this.engine = createEngine({ agents, workflows, maxConcurrency, journal, newId, clock: this.clock, ...operator });
    if (house.isWatched) this.engine.events.subscribe((entry) => void ("sequence" in entry && this.#heard(entry)));
  }

  get isAlive(): boolean {
    return this.#state !== "ended";
  }

  /** Whether it does what it is asked to. */
  get isReady(): boolean {
    return this.#state === "runs";
  }

  get isStanding(): boolean {
    return this.#state === "stands";
  }

  get seed(): number {
    return this.#house.seed;
  }

  get owners(): PlantedSite["owners"] {
    return this.#house.owners;
  }

  get misbehaviour(): number {
    return this.#house.trouble.misbehaviour;
  }

  sequenceOf(executionId: string): number {
    return this.#house.recorder.commitOf.get(executionId)?.length ?? 0;
  }

  recover(): void {
    void this.#recover();
  }

  /** Waits for the end of an execution that runs here, as who started it does. */
  listen(executionId: string): void {
    const execution = this.engine.get(executionId);
    if (execution !== undefined) void this.#hearEnd(executionId, execution.result);
  }

  /** Stands still. Its lease is not renewed meanwhile. */
  stand(ms: number): void {
    this.#state = "stands";
    this.#memory.crash();
    this.clock.stand();
    this.#house.clock.timer(ms, () => this.goOn());
  }

  goOn(): void {
    if (this.#state !== "stands") return;
    this.#state = "runs";
    this.#memory.revive();
    this.clock.goOn();
  }

  close(drainMs: number): void {
    this.#state = "closes";
    void this.#close(drainMs);
  }

  crash(): void {
    this.#memory.crash();
    this.#end();
  }

  faultOf(write: string): WriteFault {
    return this.#house.trouble.faultOf(this.number, write);
  }

  isReadRefused(what: string): boolean {
    return this.#house.trouble.isReadRefused(this.number, what);
  }

  delayMs(): number {
    return this.#house.trouble.delayMs();
  }

  kept(entries: readonly JournalEntry[], askedMs: number): void {
    this.#house.recorder.kept(this.number, askedMs, entries);
  }

  called(agent: AnyAgent, { executionId, stepId, attempt, idempotencyKey: key }: AgentContext): void {
    const { calls, commits } = this.#house.recorder;
    const kept = commits.length;
    calls.push({
      process: this.number,
      executionId,
      stepId,
      agentId: agent.id,
      attempt,
      key,
      kept,
      atMs: this.clock.now(),
    });
  }

  async #recover(): Promise<void> {
    try {
      for (const { id } of await this.engine.recover()) this.listen(id);
    } catch (error) {
      this.#house.recorder.refused("recover", error);
    }
  }

  async #hearEnd(executionId: string, result: Promise<ExecutionResult>): Promise<void> {
    const { recorder } = this.#house;
    try {
      recorder.toldEnd(executionId, (await result).status);
    } catch (error) {
      // Of two writes that were refused, the second, for standing behind the first, may be heard of first.
      const isKnown =
        isOrchestr8Error(error) || (error instanceof RangeError && /must be \d+, got/.test(error.message));
      if (!isKnown) recorder.violation(executionId, `its result rejected with ${String(error)}`);
    }
  }

  async #close(drainMs: number): Promise<void> {
    await this.engine.close({ drainMs });
    await this.#memory.close();
    this.#end();
  }

  #heard({ executionId, sequence, event }: JournalEntry): void {
    const { recorder } = this.#house;
    if (this.sequenceOf(executionId) < sequence) {
      recorder.violation(executionId, `"${event.type}" (#${sequence}) was published, and is not in the journal`);
    }
  }

  #end(): void {
    this.#state = "ended";
    this.clock.end();
  }
}
