import { Fifo } from "./fifo.ts";

/**
 * Hands out ready steps fairly: round robin over the executions that have any, first ready first served inside one.
 * While an execution has a ready step and a free slot of its own, no other execution is served twice before it.
 */
export class ReadyQueue<Owner> {
  /** Lanes that may be served, in turn. A lane stands here at most once, and a closed one until its turn comes. */
  readonly #turns = new Fifo<OpenLane<Owner>>();
  #size = 0;

  /** Ready steps over all lanes. */
  get size(): number {
    return this.#size;
  }

  /** Adds a lane of which at most `limit` steps are taken and not released at once. */
  open(owner: Owner, limit: number): Lane<Owner> {
    return new OpenLane(owner, limit);
  }

  /** Removes a lane and all its ready steps. */
  close(lane: Lane<Owner>): void {
    if (lane.isClosed) return;
    this.#size -= lane.steps.length;
    lane.isClosed = true;
  }

  /** Appends a ready step to a lane. Steps of a closed lane are dropped. */
  push(lane: Lane<Owner>, step: number): void {
    if (lane.isClosed) return;
    lane.steps.push(step);
    this.#size++;
    this.#giveTurn(lane);
  }

  /** Takes the next step, or undefined when none may run. */
  take(): { readonly owner: Owner; readonly step: number } | undefined {
    for (let lane = this.#turns.shift(); lane !== undefined; lane = this.#turns.shift()) {
      lane.hasTurn = false;
      const step = lane.isClosed ? undefined : lane.steps.shift();
      if (step === undefined) continue;
      lane.taken++;
      this.#size--;
      this.#giveTurn(lane);
      return { owner: lane.owner, step };
    }
    return undefined;
  }

  /** Gives back the slot of a taken step. */
  release(lane: Lane<Owner>): void {
    if (lane.isClosed) return;
    lane.taken--;
    this.#giveTurn(lane);
  }

  #giveTurn(lane: OpenLane<Owner>): void {
    if (lane.hasTurn || lane.taken >= lane.limit || lane.steps.length === 0) return;
    lane.hasTurn = true;
    this.#turns.push(lane);
  }
}

/** The ready steps of one owner. Only its queue looks inside. */
class OpenLane<Owner> {
  readonly owner: Owner;
  readonly limit: number;
  readonly steps = new Fifo<number>();
  taken = 0;
  hasTurn = false;
  isClosed = false;

  constructor(owner: Owner, limit: number) {
    this.owner = owner;
    this.limit = limit;
  }
}

export type Lane<Owner> = OpenLane<Owner>;
