import type { Clock } from "../../lib/clock.ts";
import type { ResolvedLimits } from "../limits.ts";
import { HttpProblem } from "../problem.ts";
import type { ApiReply } from "../route.ts";
import { createEventStream, type EventSource, type EventStream } from "./event-stream.ts";

/** The event streams of a server. */
export class OpenStreams {
  readonly #clock: Clock;
  readonly #limits: Pick<ResolvedLimits, "maxStreams" | "heartbeatMs">;
  readonly #streams = new Set<EventStream>();
  #isClosed = false;

  constructor(clock: Clock, limits: Pick<ResolvedLimits, "maxStreams" | "heartbeatMs">) {
    this.#clock = clock;
    this.#limits = limits;
  }

  get count(): number {
    return this.#streams.size;
  }

  /**
   * A reply that goes on as long as the source has something to tell and the reader, who has gone when `signal` aborts,
   * listens.
   *
   * @throws {HttpProblem} when there are too many, or no more shall be.
   */
  reply(open: (wake: () => void) => EventSource, signal: AbortSignal): ApiReply {
    const { maxStreams, heartbeatMs } = this.#limits;
    if (this.#isClosed)
      throw new HttpProblem("ENGINE_CLOSED", "Cannot open an event stream: the server is shutting down");
    if (this.#streams.size >= maxStreams) {
      throw new HttpProblem("STREAMS_FULL", `Cannot open an event stream: ${maxStreams} are open, which is the limit`);
    }
    const onGone = (): void => stream.end();
    const onEnd = (): void => {
      this.#streams.delete(stream);
      signal.removeEventListener("abort", onGone);
    };
    const stream = createEventStream({ open, clock: this.#clock, heartbeatMs, onEnd });
    this.#streams.add(stream);
    signal.addEventListener("abort", onGone, { once: true });
    return { status: 200, stream: stream.body, headers: streamHeaders };
  }

  /** Ends them all once their readers know how things stand. They may come back to another process. */
  close(): void {
    this.#isClosed = true;
    for (const stream of this.#streams) stream.finish();
  }
}

const streamHeaders = {
  "Content-Type": "text/event-stream",
  // nginx would keep events back until it has many.
  "X-Accel-Buffering": "no",
};
