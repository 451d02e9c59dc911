import type { VirtualClock } from "../virtual-clock.ts";
import { Draw } from "./draw.ts";
import type { Faults } from "./faults.ts";
import type { WriteFault } from "./faulty-journal.ts";
import type { Recorder } from "./recorder.ts";

/** One crash, at a chosen write: the nth of all processes together, 1-based. */
export interface CrashPoint {
  readonly write: number;
  readonly when: "before" | "after";
}

/** What goes wrong, and when it is over. */
export class Trouble {
  readonly faults: Faults;
  readonly #clock: VirtualClock;
  readonly #recorder: Recorder;
  readonly #writeDraw: Draw;
  readonly #readDraw: Draw;
  readonly #crashAt: CrashPoint | undefined;
  #writes = 0;
  #isOver = false;

  constructor(options: {
    readonly seed: number;
    readonly faults: Faults;
    readonly crashAt: CrashPoint | undefined;
    readonly clock: VirtualClock;
    readonly recorder: Recorder;
  }) {
    this.faults = options.faults;
    this.#clock = options.clock;
    this.#recorder = options.recorder;
    this.#crashAt = options.crashAt;
    this.#writeDraw = new Draw(`writes ${options.seed}`);
    this.#readDraw = new Draw(`reads ${options.seed}`);
  }

  /** How many writes there were. */
  get writes(): number {
    return this.#writes;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get misbehaviour(): number {
    return this.#isOver ? 0 : this.faults.agent;
  }

  end(): void {
    this.#isOver = true;
  }

  tell(what: string): void {
    this.#recorder.fault(this.#clock.now(), what);
  }

  faultOf(process: number, write: string): WriteFault {
    // Looking for what was left writes nothing until there is such a thing, which takes a crash.
    if (this.#crashAt !== undefined && write.startsWith("claim")) return "none";
    this.#writes++;
    const fault = this.#drawFault(write);
    if (fault !== "none") this.tell(`process ${process}, write ${this.#writes} (${write}): ${fault}`);
    return fault;
  }

  isReadRefused(process: number, what: string): boolean {
    const isRefused = !this.#isOver && this.#readDraw.chance(this.faults.readError);
    if (isRefused) this.tell(`process ${process}, ${what}: refused`);
    return isRefused;
  }

  delayMs(): number {
    if (this.#isOver || !this.#writeDraw.chance(this.faults.slowCommit)) return 0;
    return this.#writeDraw.skewed(0.1, 500);
  }

  #drawFault(write: string): WriteFault {
    if (this.#crashAt !== undefined) {
      return this.#crashAt.write === this.#writes ? `crash-${this.#crashAt.when}` : "none";
    }
    if (this.#isOver) return "none";
    const { crash, writeError } = this.faults;
    if (this.#writeDraw.chance(crash)) return this.#writeDraw.pick(["crash-before", "crash-after"]);
    // A lease that cannot be given back, or that its owner does not know of, is kept until its process ends.
    if (!this.#writeDraw.chance(writeError) || write.startsWith("release")) return "none";
    return write.startsWith("claim") ? "refused" : this.#writeDraw.pick(["refused", "kept-but-refused"]);
  }
}
