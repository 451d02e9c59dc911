import { Abortable } from "./abortable.ts";
import type { Cancellable } from "./cancellation.ts";
import { Scope } from "./scope.ts";

/** The context of one of several runs of a call: cancelled on its own, or by whoever runs it when the call is. */
export class Branch extends Scope {
  readonly #abortable = new Abortable();

  override get signal(): AbortSignal {
    return this.#abortable.signal;
  }

  override get isCancelled(): boolean {
    return this.#abortable.isCancelled || super.isCancelled;
  }

  override get reason(): unknown {
    return this.#abortable.isCancelled ? this.#abortable.reason : super.reason;
  }

  override add(member: Cancellable): void {
    this.#abortable.add(member);
  }

  cancel(reason: unknown): void {
    this.#abortable.abort(reason);
  }
}
