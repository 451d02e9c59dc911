import type { Clock } from "../clock.ts";
import type { Journal } from "../journal/journal.ts";
import type { Executions } from "./executions.ts";

/** How soon a journal is asked again that did not say what messages there are. */
const againMs = 1_000;

/** Hands on what others did to the executions here: the messages they left, and that they took some over. */
export class Inbox implements Disposable {
  readonly #journal: Journal;
  readonly #executions: Executions;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  #watch: Disposable | undefined;
  #again: Disposable | undefined;
  #isClosed = false;

  constructor(options: {
    readonly journal: Journal;
    readonly executions: Executions;
    readonly clock: Clock;
    readonly onError: (error: unknown) => void;
  }) {
    this.#journal = options.journal;
    this.#executions = options.executions;
    this.#clock = options.clock;
    this.#onError = options.onError;
  }

  /** Looks for messages from now on, and for those that are there already. */
  watch(): void {
    if (this.#isClosed || this.#watch !== undefined) return;
    this.#watch = this.#journal.watch(
      () => void this.deliver(),
      () => this.#confirm(),
    );
  }

  /** Hands out what is there now, or soon, when the journal does not say what is there. */
  async deliver(): Promise<void> {
    try {
      await this.#handOut();
    } catch (error) {
      this.#onError(error);
      if (!this.#isClosed) this.#again ??= this.#clock.timer(againMs, () => this.#lookAgain());
    }
  }

  #confirm(): void {
    for (const { run } of this.#executions.all()) run?.confirm();
  }

  #lookAgain(): void {
    this.#again = undefined;
    void this.deliver();
  }

  async #handOut(): Promise<void> {
    for (const { deliveryId, executionId, message } of await this.#journal.inbox()) {
      const execution = this.#executions.running(executionId);
      if (execution?.takes(deliveryId) !== true) continue;
      if (message.kind === "cancel") execution.run?.cancel(message.reason, deliveryId);
      else execution.run?.signalReceived(message.name, message.payload, deliveryId);
    }
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#again?.[Symbol.dispose]();
    this.#watch?.[Symbol.dispose]();
    this.#watch = undefined;
  }
}
