/**
 * Hands out ready steps fairly: round robin over the executions that have any, first ready first served inside one.
 * While an execution has a ready step and a free slot of its own, no other execution is served twice before it.
 */
export class ReadyQueue<Lane extends object> {
  readonly #lanes = new Map<Lane, LaneQueue>();
  /** Lanes that may be served, in turn. A Map so that a lane joins, leaves and takes its turn in constant time. */
  readonly #turns = new Map<Lane, LaneQueue>();
  #size = 0;

  /** Ready steps over all lanes. */
  get size(): number {
    return this.#size;
  }

  /** Adds a lane that has at most `limit` steps taken and not released at once. */
  open(lane: Lane, limit: number): void {
    this.#lanes.set(lane, { limit, taken: 0, steps: [], head: 0 });
  }

  /** Removes a lane and all its ready steps. */
  close(lane: Lane): void {
    const queue = this.#lanes.get(lane);
    if (queue === undefined) return;
    this.#size -= queue.steps.length - queue.head;
    this.#lanes.delete(lane);
    this.#turns.delete(lane);
  }

  /** Appends a ready step to a lane. Steps of a closed lane are dropped. */
  push(lane: Lane, step: number): void {
    const queue = this.#lanes.get(lane);
    if (queue === undefined) return;
    queue.steps.push(step);
    this.#size++;
    if (queue.taken < queue.limit) this.#turns.set(lane, queue);
  }

  /** Takes the next step, or undefined when none may run. */
  take(): { readonly lane: Lane; readonly step: number } | undefined {
    for (const [lane, queue] of this.#turns) {
      const step = queue.steps[queue.head];
      this.#turns.delete(lane);
      if (step === undefined) continue;
      queue.head++;
      queue.taken++;
      this.#size--;
      compact(queue);
      if (queue.taken < queue.limit && queue.head < queue.steps.length) this.#turns.set(lane, queue);
      return { lane, step };
    }
    return undefined;
  }

  /** Gives back the slot of a taken step. */
  release(lane: Lane): void {
    const queue = this.#lanes.get(lane);
    if (queue === undefined) return;
    queue.taken--;
    if (queue.head < queue.steps.length && !this.#turns.has(lane)) this.#turns.set(lane, queue);
  }
}

interface LaneQueue {
  readonly limit: number;
  taken: number;
  readonly steps: number[];
  head: number;
}

/** Forgets served steps once they are most of the array, so that taking one costs constant time and no leak stays. */
function compact(queue: LaneQueue): void {
  if (queue.head === queue.steps.length) queue.steps.length = queue.head = 0;
  else if (queue.head > 1_024 && queue.head * 2 > queue.steps.length) {
    queue.steps.splice(0, queue.head);
    queue.head = 0;
  }
}
