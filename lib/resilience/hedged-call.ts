import type { Clock } from "../clock.ts";
import { CancelledError } from "../errors.ts";
import { Branch } from "./branch.ts";
import { deadlinePassed } from "./call.ts";
import { type CallContext, Cancellable } from "./cancellation.ts";
import { invoke } from "./gate.ts";
import { type Listener, notify } from "./listener.ts";
import type { Operation } from "./policy.ts";
import type { RetryBudget } from "./retry-budget.ts";

/** Copies are counted from 1, the first one. `after` is milliseconds since the call began. */
export interface HedgeEvent {
  /** A further copy was started, or a copy's value has become the result. */
  readonly type: "hedge" | "won";
  readonly copy: number;
  readonly after: number;
}

export interface HedgeSettings {
  readonly nextDelay: () => number;
  readonly maxHedges: number;
  readonly hedgeIf: (error: unknown) => boolean;
  readonly budget: RetryBudget | undefined;
  readonly clock: Clock;
  readonly on: Listener<HedgeEvent> | undefined;
}

interface Copy {
  /** Counted from 1. */
  readonly number: number;
  readonly branch: Branch;
  failure: { readonly error: unknown } | undefined;
}

/** One call under `hedge()`: its copies, and the wait for the next of them. */
export class HedgedCall<T> extends Cancellable {
  readonly #settings: HedgeSettings;
  readonly #context: CallContext;
  readonly #operation: Operation<T>;
  readonly #resolve: (value: T) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #copies: Copy[] = [];
  #startedAt = 0;
  #timer: Disposable | undefined = undefined;
  /** Whether more copies may help. */
  #isWorthHedging = true;
  #isOver = false;

  constructor(
    settings: HedgeSettings,
    context: CallContext,
    operation: Operation<T>,
    resolve: (value: T) => void,
    reject: (reason: unknown) => void,
  ) {
    super();
    this.#settings = settings;
    this.#context = context;
    this.#operation = operation;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(): void {
    const context = this.#context;
    if (context.isCancelled) return this.#reject(context.reason);
    if (this.#isTooLate()) return this.#reject(deadlinePassed());
    const { clock, budget, on } = this.#settings;
    if (on !== undefined) this.#startedAt = clock.now();
    context.add(this);
    this.#protect(() => {
      if (context.attempt === 1) budget?.deposit();
      this.#launch();
    });
  }

  cancel(reason: unknown): void {
    this.#end();
    this.#stopCopies(reason);
    this.#reject(reason);
  }

  /** Ends the call with what a callback of the user's throws. */
  #protect(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.cancel(error);
    }
  }

  #launch(): Copy {
    const copy: Copy = {
      number: this.#copies.length + 1,
      branch: new Branch(this.#context, this.#context),
      failure: undefined,
    };
    this.#copies.push(copy);
    // Before the operation runs: it may end the call.
    this.#arm();
    invoke(this.#operation, copy.branch).then(
      (value) => this.#succeed(copy, value),
      (error: unknown) => this.#fail(copy, error),
    );
    return copy;
  }

  #arm(): void {
    const { nextDelay, maxHedges, clock } = this.#settings;
    if (this.#copies.length > maxHedges) return;
    // A custom delay may give anything; a timer wants a number.
    const delay = Math.max(0, nextDelay() || 0);
    if (delay !== Infinity && !this.#isOver) this.#timer = clock.timer(delay, () => this.#protect(() => this.#hedge()));
  }

  /** Starts another copy, if there may be one. */
  #hedge(): void {
    const { maxHedges, budget } = this.#settings;
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    if (!this.#isWorthHedging || this.#copies.length > maxHedges || this.#isTooLate()) return;
    if (budget?.withdraw() === false || this.#isOver) return;
    this.#tell("hedge", this.#launch());
  }

  #succeed(copy: Copy, value: T): void {
    if (this.#isOver) return;
    this.#end();
    this.#tell("won", copy);
    if (this.#copies.some((other) => isRunning(other) && other !== copy)) {
      this.#stopCopies(new CancelledError("Cannot go on with call: another copy of it has answered"), copy);
    }
    this.#resolve(value);
  }

  #fail(copy: Copy, error: unknown): void {
    if (this.#isOver) return;
    copy.failure = { error };
    if (this.#context.isCancelled) return this.cancel(this.#context.reason);
    this.#protect(() => {
      if (!this.#settings.hedgeIf(error)) this.#isWorthHedging = false;
      this.#hedge();
      if (!this.#copies.some(isRunning)) this.#giveUp(error);
    });
  }

  #giveUp(last: unknown): void {
    this.#end();
    const errors = this.#copies.map(({ failure }) => failure?.error);
    if (errors.length === 1) return this.#reject(last);
    this.#reject(new AggregateError(errors, `Cannot complete call: all ${errors.length} copies of it failed`));
  }

  #end(): void {
    this.#isOver = true;
    this.unlink();
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  #stopCopies(reason: unknown, winner?: Copy): void {
    for (const copy of this.#copies) if (isRunning(copy) && copy !== winner) copy.branch.cancel(reason);
  }

  #isTooLate(): boolean {
    const { deadline } = this.#context;
    return deadline !== Infinity && deadline <= this.#settings.clock.now();
  }

  #tell(type: HedgeEvent["type"], { number }: Copy): void {
    const { on, clock } = this.#settings;
    if (on !== undefined) notify(on, { type, copy: number, after: clock.now() - this.#startedAt });
  }
}

function isRunning({ failure }: Copy): boolean {
  return failure === undefined;
}
