import type { StartOptions } from "../../engine/engine.ts";
import type { Workflow } from "../../workflow.ts";
import type { Draw } from "./draw.ts";
import type { Recorder } from "./recorder.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import type { Start } from "./world.ts";

/** Those who start executions, send them signals and cancel them, through whatever process is there. */
export class Users {
  readonly #draw: Draw;
  readonly #recorder: Recorder;
  readonly #cancelChance: number;
  #starts: Start[];
  /** Requests with a key, not yet answered. */
  readonly #open = new Map<string, Start>();

  constructor(options: {
    readonly draw: Draw;
    readonly recorder: Recorder;
    readonly starts: readonly Start[];
    readonly cancelChance: number;
  }) {
    this.#draw = options.draw;
    this.#recorder = options.recorder;
    this.#cancelChance = options.cancelChance;
    this.#starts = [...options.starts];
  }

  get hasStartedAll(): boolean {
    return this.#starts.length === 0 && this.#open.size === 0;
  }

  /** Starts what is due, if a process is there. */
  start(process: SimulatedProcess | undefined, nowMs: number): void {
    if (process === undefined) return;
    const due = this.#starts.filter(({ atMs }) => atMs <= nowMs);
    this.#starts = this.#starts.filter(({ atMs }) => atMs > nowMs);
    for (const start of due) void this.#start(process, start);
    for (const start of this.#open.values()) if (this.#draw.chance(0.3)) void this.#start(process, start);
  }

  /** Nobody asks for anything any more. */
  giveUp(): void {
    this.#starts = [];
    this.#open.clear();
  }

  /** Signals an execution, of those that wait or will wait for it, once for each wait. */
  signal(process: SimulatedProcess | undefined, executionId: string, workflow: Workflow): void {
    const recorder = this.#recorder;
    if (process === undefined) return;
    const wanted = signalsOf(workflow);
    const name = this.#draw.pickAny(
      [...wanted.keys()].filter((key) => recorder.sent(executionId, key) < (wanted.get(key) ?? 0)),
    );
    if (name === undefined) return;
    const count = recorder.sent(executionId, name);
    const times = this.#draw.chance(0.3) ? 2 : 1;
    for (let time = 0; time < times; time++) void this.#send(process, executionId, name, count);
  }

  cancel(process: SimulatedProcess | undefined, executionId: string): boolean {
    if (process === undefined || !this.#draw.chance(this.#cancelChance)) return false;
    this.#recorder.cancelled.add(executionId);
    void this.#cancel(process, executionId);
    return true;
  }

  async #start(process: SimulatedProcess, start: Start): Promise<void> {
    const { workflow, key, input = { from: "a user" } } = start;
    const options: StartOptions = key === undefined ? {} : { idempotency: { key, fingerprint: workflow.metadata.id } };
    if (key !== undefined) this.#open.set(key, start);
    try {
      const { execution } = await process.engine.start(workflow, { input, ...options });
      process.listen(execution.id);
      this.#recorder.acknowledge(execution.id, key);
      if (key !== undefined && this.#draw.chance(0.7)) this.#open.delete(key);
    } catch (error) {
      this.#recorder.refused("start", error);
    }
  }

  async #send(process: SimulatedProcess, executionId: string, name: string, count: number): Promise<void> {
    try {
      const isSent = await process.engine.signal(executionId, name, { count }, { id: `${name}-${count}` });
      if (isSent) this.#recorder.acknowledgeSignal(executionId, name, count + 1);
    } catch (error) {
      this.#recorder.refused("signal", error);
    }
  }

  async #cancel(process: SimulatedProcess, executionId: string): Promise<void> {
    try {
      await process.engine.cancel(executionId, "a user said so");
    } catch (error) {
      this.#recorder.refused("cancel", error);
    }
  }
}

/** How many steps of the workflow wait for each signal. */
export function signalsOf({ steps }: Workflow): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const step of steps) {
    if (step.kind !== "wait" || step.wait.kind !== "signal") continue;
    counts.set(step.wait.name, (counts.get(step.wait.name) ?? 0) + 1);
  }
  return counts;
}
