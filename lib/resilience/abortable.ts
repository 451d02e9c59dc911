import { type Cancellable, cancelAll } from "./cancellation.ts";
import { LinkedList } from "./linked-list.ts";

/** The abort of one context: of its signal, made when first asked for, and of the calls under it. */
export class Abortable {
  readonly #members = new LinkedList<Cancellable>();
  #controller: AbortController | undefined = undefined;
  isAborted = false;
  reason: unknown = undefined;

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.isAborted) this.#controller.abort(this.reason);
    }
    return this.#controller.signal;
  }

  add(member: Cancellable): void {
    this.#members.push(member);
  }

  abort(reason: unknown): void {
    this.isAborted = true;
    this.reason = reason;
    cancelAll(this.#members, reason);
    this.#controller?.abort(reason);
  }
}
