import { Members } from "./cancellation.ts";

/** The abort of one context: of its signal, made when first asked for, and of the calls under it. */
export class Abortable extends Members {
  #controller: AbortController | undefined = undefined;
  isCancelled = false;
  reason: unknown = undefined;

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.isCancelled) this.#controller.abort(this.reason);
    }
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.isCancelled = true;
    this.reason = reason;
    this.cancelAll(reason);
    this.#controller?.abort(reason);
  }
}
