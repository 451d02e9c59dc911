import type { Clock } from "../../clock.ts";
import type { VirtualClock } from "../virtual-clock.ts";

interface Timer extends Disposable {
  fire: (() => void) | undefined;
  ring: Disposable;
}

/** The time of the world as one process has it: none while it stands still, and none after its end. */
export class ProcessClock implements Clock {
  readonly #world: VirtualClock;
  readonly #armed = new Set<Timer>();
  /** What became due while the process stood still. */
  #missed: Timer[] = [];
  #mode: "runs" | "stands" | "ended" = "runs";

  constructor(world: VirtualClock) {
    this.#world = world;
  }

  now(): number {
    return this.#world.now();
  }

  wall(): number {
    return this.#world.wall();
  }

  timer(ms: number, fire: () => void): Disposable {
    if (this.#mode === "ended") return noTimer;
    const timer: Timer = { fire, ring: noTimer, [Symbol.dispose]: () => this.#disarm(timer) };
    timer.ring = this.#world.timer(ms, () => this.#ring(timer));
    this.#armed.add(timer);
    return timer;
  }

  stand(): void {
    if (this.#mode === "runs") this.#mode = "stands";
  }

  /** Goes on; what was missed comes at once, in its order. */
  goOn(): void {
    if (this.#mode !== "stands") return;
    this.#mode = "runs";
    const missed = this.#missed;
    this.#missed = [];
    for (const timer of missed) timer.ring = this.#world.timer(0, () => this.#ring(timer));
  }

  end(): void {
    this.#mode = "ended";
    for (const timer of this.#armed) this.#disarm(timer);
  }

  #ring(timer: Timer): void {
    if (this.#mode === "stands") return void this.#missed.push(timer);
    const { fire } = timer;
    this.#disarm(timer);
    fire?.();
  }

  #disarm(timer: Timer): void {
    timer.fire = undefined;
    timer.ring[Symbol.dispose]();
    this.#armed.delete(timer);
  }
}

const noTimer: Disposable = { [Symbol.dispose]: () => undefined };
