/** Some work that is told when to stop, if its guard can tell. */
export type Work<T> = (context: { readonly signal: AbortSignal }) => Promise<T>;

export type Guard = <T>(work: Work<T>) => (signal?: AbortSignal) => Promise<T>;

export interface Breaker {
  readonly guard: Guard;
  state(): CircuitState | Promise<CircuitState>;
}

export type CircuitState = "closed" | "open" | "half-open";

export interface BreakerShape {
  /** In a row, to open. */
  readonly failures: number;
  readonly openDuration: number;
  /** Errors that say nothing about the callee. */
  readonly excludes?: (error: unknown) => boolean;
}

/** A library behind one shape, as thin as can be. What it does not have is missing. Durations in milliseconds. */
export interface Peer {
  readonly name: string;
  /** Whether calls take note of their caller's signal. */
  readonly hearsSignals: boolean;
  /** `attempts` in total, `delay` between them. */
  readonly retry?: (attempts: number, delay: number) => Guard;
  /** With the library's own spread around delays that double from `base` up to `max`. */
  readonly spreadRetry?: (attempts: number, base: number, max: number) => Guard;
  readonly timeout?: (ms: number) => Guard;
  readonly breaker?: (shape: BreakerShape) => Breaker;
  /** Opens when most of at least five calls of the last `duration` failed. */
  readonly windowBreaker?: (duration: number) => Breaker;
  /** Calls `listener` for every success. */
  readonly listenedBreaker?: (listener: () => void) => Breaker;
  /** Two operations under breakers of their own, made from one object of options. */
  readonly pair?: <T>(first: Work<T>, second: Work<T>) => readonly [() => Promise<T>, () => Promise<T>];
  /** As much of retry, circuit breaker and timeout as there is, near orchestr8's defaults. */
  readonly stack?: () => Guard;
}
