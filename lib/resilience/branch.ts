import { type Cancellable, cancelAll } from "./cancellation.ts";
import { LinkedList } from "./linked-list.ts";
import { Scope } from "./scope.ts";

/** The context of one of several runs of a call: cancelled on its own, or by whoever runs it when the call is. */
export class Branch extends Scope {
  #members: LinkedList<Cancellable> | undefined = undefined;
  #abort: { readonly reason: unknown } | undefined = undefined;
  #controller: AbortController | undefined = undefined;

  override get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#abort !== undefined) this.#controller.abort(this.#abort.reason);
    }
    return this.#controller.signal;
  }

  override get isCancelled(): boolean {
    return this.#abort !== undefined || super.isCancelled;
  }

  override get reason(): unknown {
    return this.#abort === undefined ? super.reason : this.#abort.reason;
  }

  override add(member: Cancellable): void {
    this.#members ??= new LinkedList();
    this.#members.push(member);
  }

  cancel(reason: unknown): void {
    this.#abort = { reason };
    if (this.#members !== undefined) cancelAll(this.#members, reason);
    this.#controller?.abort(reason);
  }
}
