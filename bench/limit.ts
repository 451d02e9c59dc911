/** Durations in milliseconds. */
export interface LimitOptions {
  readonly maxAttempts: number;
  readonly delay: number;
  readonly failureThreshold: number;
  readonly openDuration: number;
  readonly timeout: number;
}

export interface LimitContext {
  /** Of the current attempt, made when first read. */
  readonly signal: AbortSignal;
  readonly attempt: number;
}

/**
 * The least that a retry, a circuit and a time limit per attempt can cost: one object and one promise a call, one timer
 * for all calls, one listener per caller's signal. It does what a benchmark can see and nothing else: no other options,
 * no events, no sorting of errors, no deadline, and one context for all attempts of a call.
 */
export function limit(
  options: LimitOptions,
): <T>(operation: (context: LimitContext) => Promise<T>) => (signal?: AbortSignal) => Promise<T> {
  const circuit = new Circuit(options);
  const queue = new Queue(options.timeout);
  return (operation) => (signal) =>
    new Promise((resolve, reject) => new Call(options, circuit, queue, operation, resolve, reject).start(signal));
}

/** A place in two rings at once: that of the timer and that of the caller's signal. */
class Link {
  earlier: Link = this;
  later: Link = this;
  left: Link = this;
  right: Link = this;
  timeIsUpAt = 0;

  cancel(_reason: unknown): void {}
  expire(): void {}
}

/** Equal limits end in the order in which they began, so the first in line is the next to end. */
class Queue {
  readonly #timeout: number;
  readonly #root = new Link();
  #timer: ReturnType<typeof setTimeout> | undefined = undefined;
  #isRestPlanned = false;

  constructor(timeout: number) {
    this.#timeout = timeout;
  }

  add(link: Link): void {
    const root = this.#root;
    link.timeIsUpAt = performance.now() + this.#timeout;
    link.earlier = root.earlier;
    link.later = root;
    root.earlier.later = link;
    root.earlier = link;
    this.#timer ??= setTimeout(this.#fire, this.#timeout);
  }

  remove(link: Link): void {
    link.earlier.later = link.later;
    link.later.earlier = link.earlier;
    link.earlier = link;
    link.later = link;
    if (this.#isRestPlanned || this.#root.later !== this.#root) return;
    this.#isRestPlanned = true;
    setTimeout(this.#rest, 0);
  }

  readonly #rest = (): void => {
    this.#isRestPlanned = false;
    if (this.#root.later !== this.#root) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  };

  readonly #fire = (): void => {
    this.#timer = undefined;
    const now = performance.now();
    const root = this.#root;
    while (root.later !== root && root.later.timeIsUpAt <= now) root.later.expire();
    if (root.later !== root) this.#timer ??= setTimeout(this.#fire, root.later.timeIsUpAt - now);
  };
}

/** Opens after a row of failures. An outcome counts under the number of its admission, while that is the latest. */
class Circuit {
  readonly #options: LimitOptions;
  #admission = 1;
  #failures = 0;
  #state: "closed" | "open" | "half-open" = "closed";
  #openUntil = 0;

  constructor(options: LimitOptions) {
    this.#options = options;
  }

  admit(): number {
    if (this.#state === "closed") return this.#admission;
    if (this.#state === "half-open" || performance.now() < this.#openUntil) throw new Error("Circuit is open");
    this.#state = "half-open";
    return ++this.#admission;
  }

  succeed(admission: number): void {
    if (admission !== this.#admission) return;
    this.#failures = 0;
    this.#state = "closed";
  }

  fail(admission: number): void {
    if (admission !== this.#admission) return;
    if (this.#state === "closed" && ++this.#failures < this.#options.failureThreshold) return;
    this.#failures = 0;
    this.#state = "open";
    this.#admission++;
    this.#openUntil = performance.now() + this.#options.openDuration;
  }

  /** A cancelled probe makes room for the next. */
  cancel(admission: number): void {
    if (admission === this.#admission && this.#state === "half-open") this.#state = "open";
  }
}

const rings = new WeakMap<AbortSignal, Link>();

function ringOf(signal: AbortSignal): Link {
  const known = rings.get(signal);
  if (known !== undefined) return known;
  const ring = new Link();
  rings.set(signal, ring);
  const cancelAll = (): void => {
    while (ring.right !== ring) ring.right.cancel(signal.reason);
  };
  signal.addEventListener("abort", cancelAll, { once: true });
  return ring;
}

class Call<T> extends Link implements LimitContext {
  attempt = 0;
  readonly #options: LimitOptions;
  readonly #circuit: Circuit;
  readonly #queue: Queue;
  readonly #operation: (context: LimitContext) => Promise<T>;
  readonly #resolve: (value: T) => void;
  readonly #reject: (reason: unknown) => void;
  #isRunning = false;
  #admission = 0;
  #controller: AbortController | undefined = undefined;
  #wait: ReturnType<typeof setTimeout> | undefined = undefined;

  constructor(
    options: LimitOptions,
    circuit: Circuit,
    queue: Queue,
    operation: (context: LimitContext) => Promise<T>,
    resolve: (value: T) => void,
    reject: (reason: unknown) => void,
  ) {
    super();
    this.#options = options;
    this.#circuit = circuit;
    this.#queue = queue;
    this.#operation = operation;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  start(signal: AbortSignal | undefined): void {
    if (signal !== undefined) {
      if (signal.aborted) return this.#reject(signal.reason);
      const ring = ringOf(signal);
      this.left = ring.left;
      this.right = ring;
      ring.left.right = this;
      ring.left = this;
    }
    this.#try();
  }

  override cancel(reason: unknown): void {
    clearTimeout(this.#wait);
    if (this.#isRunning) {
      this.#stop();
      this.#circuit.cancel(this.#admission);
    }
    this.#controller?.abort(reason);
    this.#giveUp(reason);
  }

  override expire(): void {
    const error = new Error("Time is up");
    const controller = this.#controller;
    this.#fail(this.attempt, error);
    controller?.abort(error);
  }

  #try(): void {
    const attempt = ++this.attempt;
    this.#controller = undefined;
    try {
      this.#admission = this.#circuit.admit();
    } catch (error) {
      return this.#giveUp(error);
    }
    this.#isRunning = true;
    this.#queue.add(this);
    this.#operation(this).then(
      (value) => this.#succeed(attempt, value),
      (error: unknown) => this.#fail(attempt, error),
    );
  }

  #succeed(attempt: number, value: T): void {
    if (!this.#isRunning || attempt !== this.attempt) return;
    this.#stop();
    this.#circuit.succeed(this.#admission);
    this.#leave();
    this.#resolve(value);
  }

  #fail(attempt: number, error: unknown): void {
    if (!this.#isRunning || attempt !== this.attempt) return;
    this.#stop();
    this.#circuit.fail(this.#admission);
    if (attempt >= this.#options.maxAttempts) return this.#giveUp(error);
    this.#wait = setTimeout(() => this.#try(), this.#options.delay * (0.5 + Math.random()));
  }

  #stop(): void {
    this.#isRunning = false;
    this.#queue.remove(this);
  }

  #giveUp(error: unknown): void {
    this.#leave();
    this.#reject(error);
  }

  #leave(): void {
    this.left.right = this.right;
    this.right.left = this.left;
    this.left = this;
    this.right = this;
  }
}
