import { Fifo } from "./fifo.ts";

/**
 * Hands out ready steps fairly: round robin over the executions that have any, first ready first served inside one.
 * While an execution has a ready step and a free slot of its own, no other execution is served twice before it.
 */
export class ReadyQueue<Lane extends object> {
  readonly #lanes = new Map<Lane, LaneQueue<Lane>>();
  /** Lanes that may be served, in turn. A lane stands here at most once, and a closed one until its turn comes. */
  readonly #turns = new Fifo<LaneQueue<Lane>>();
  #size = 0;

  /** Ready steps over all lanes. */
  get size(): number {
    return this.#size;
  }

  /** Adds a lane that has at most `limit` steps taken and not released at once. */
  open(lane: Lane, limit: number): void {
    this.#lanes.set(lane, { lane, limit, taken: 0, steps: new Fifo(), hasTurn: false, isClosed: false });
  }

  /** Removes a lane and all its ready steps. */
  close(lane: Lane): void {
    const queue = this.#lanes.get(lane);
    if (queue === undefined) return;
    this.#size -= queue.steps.length;
    queue.isClosed = true;
    this.#lanes.delete(lane);
  }

  /** Appends a ready step to a lane. Steps of a closed lane are dropped. */
  push(lane: Lane, step: number): void {
    const queue = this.#lanes.get(lane);
    if (queue === undefined) return;
    queue.steps.push(step);
    this.#size++;
    this.#giveTurn(queue);
  }

  /** Takes the next step, or undefined when none may run. */
  take(): { readonly lane: Lane; readonly step: number } | undefined {
    for (let queue = this.#turns.shift(); queue !== undefined; queue = this.#turns.shift()) {
      queue.hasTurn = false;
      const step = queue.isClosed ? undefined : queue.steps.shift();
      if (step === undefined) continue;
      queue.taken++;
      this.#size--;
      this.#giveTurn(queue);
      return { lane: queue.lane, step };
    }
    return undefined;
  }

  /** Gives back the slot of a taken step. */
  release(lane: Lane): void {
    const queue = this.#lanes.get(lane);
    if (queue === undefined) return;
    queue.taken--;
    this.#giveTurn(queue);
  }

  #giveTurn(queue: LaneQueue<Lane>): void {
    if (queue.hasTurn || queue.taken >= queue.limit || queue.steps.length === 0) return;
    queue.hasTurn = true;
    this.#turns.push(queue);
  }
}

interface LaneQueue<Lane> {
  readonly lane: Lane;
  readonly limit: number;
  readonly steps: Fifo<number>;
  taken: number;
  hasTurn: boolean;
  isClosed: boolean;
}
