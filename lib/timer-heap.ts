/** Something to be done at a time. Without `fire` it is disposed and only waits to be dropped. */
export interface HeapTimer {
  readonly due: number;
  /** Breaks ties: lower comes first. */
  readonly order: number;
  fire: (() => void) | undefined;
}

/** Timers, the next one first, as a binary heap. */
export class TimerHeap {
  #timers: HeapTimer[] = [];

  get length(): number {
    return this.#timers.length;
  }

  /** The next timer, disposed or not. */
  get first(): HeapTimer | undefined {
    return this.#timers[0];
  }

  push(timer: HeapTimer): void {
    let index = this.#timers.length;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.#timers[parentIndex];
      if (parent === undefined || !isBefore(timer, parent)) break;
      this.#timers[index] = parent;
      index = parentIndex;
    }
    this.#timers[index] = timer;
  }

  /** Removes the next timer, if it is due by `time`. */
  pop(time: number): HeapTimer | undefined {
    const [top] = this.#timers;
    if (top === undefined || top.due > time) return undefined;
    const last = this.#timers.pop();
    if (last !== undefined && last !== top) this.#sink(last);
    return top;
  }

  /** Drops the timers that are disposed. */
  compact(): void {
    const kept = this.#timers.filter(({ fire }) => fire !== undefined);
    this.#timers = [];
    for (const timer of kept) this.push(timer);
  }

  /** Puts a timer into the hole at the top. */
  #sink(timer: HeapTimer): void {
    let index = 0;
    for (;;) {
      const childIndex = this.#smallerChild(index);
      const child = this.#timers[childIndex];
      if (child === undefined || isBefore(timer, child)) break;
      this.#timers[index] = child;
      index = childIndex;
    }
    this.#timers[index] = timer;
  }

  #smallerChild(index: number): number {
    const leftIndex = 2 * index + 1;
    const left = this.#timers[leftIndex];
    const right = this.#timers[leftIndex + 1];
    return left !== undefined && right !== undefined && isBefore(right, left) ? leftIndex + 1 : leftIndex;
  }
}

function isBefore(one: HeapTimer, other: HeapTimer): boolean {
  return one.due < other.due || (one.due === other.due && one.order < other.order);
}
