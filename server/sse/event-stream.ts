import type { Clock } from "../../lib/clock.ts";
import { heartbeat, preamble } from "./encode-event.ts";

/** What a stream tells. It keeps no more of it than its reader's place. */
export interface EventSource extends Disposable {
  /** What has come up since it was last asked, as encoded events, in text or in UTF-8; empty for nothing. */
  read(): Promise<string | Uint8Array>;
  /** Whether nothing more will come up. */
  readonly isOver: boolean;
  /** Milliseconds after which it must be asked again, although nobody was woken. */
  readonly pollMs: number;
}

export interface EventStreamOptions {
  /** Makes the source. It calls `wake` when there may be something new. */
  readonly open: (wake: () => void) => EventSource;
  readonly clock: Clock;
  /** A stream that has been quiet for so long says that it is alive, which also finds out whether its reader is. */
  readonly heartbeatMs: number;
  /** Called once, however it ends. */
  readonly onEnd: () => void;
}

/** A stream that somebody reads. */
export interface EventStream {
  readonly body: ReadableStream<Uint8Array>;
  /** Ends it at once: nobody reads it any more. */
  end(): void;
  /** Ends it as soon as its reader has been told all that is known. */
  finish(): void;
}

/**
 * The body of an event stream. The source is asked when the reader has taken what was said before, never earlier, so a slow
 * reader costs nothing but its place.
 */
export function createEventStream({ open, clock, heartbeatMs, onEnd }: EventStreamOptions): EventStream {
  const encoder = new TextEncoder();
  const bell = new Bell(clock);
  const source = open(() => bell.ring());
  let spokeAt = clock.now();
  let isEnded = false;
  let isFinishing = false;
  let closeBody: () => void = () => undefined;

  const forget = (): boolean => {
    if (isEnded) return false;
    isEnded = true;
    source[Symbol.dispose]();
    bell.ring();
    onEnd();
    return true;
  };
  const end = (): void => {
    if (forget()) closeBody();
  };
  const finish = (): void => {
    isFinishing = true;
    bell.ring();
  };
  /** What to say next, once there is something; undefined at the end. */
  const next = async (): Promise<string | Uint8Array | undefined> => {
    for (;;) {
      bell.reset();
      const events = await source.read();
      if (events.length > 0) return events;
      if (source.isOver || isEnded || isFinishing) return undefined;
      const quietMs = heartbeatMs - (clock.now() - spokeAt);
      if (quietMs <= 0) return heartbeat;
      await bell.wait(Math.min(quietMs, source.pollMs));
    }
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        closeBody = () => controller.close();
        controller.enqueue(encoder.encode(preamble));
      },
      async pull(controller) {
        try {
          const said = await next();
          spokeAt = clock.now();
          if (said === undefined) end();
          else if (!isEnded) controller.enqueue(typeof said === "string" ? encoder.encode(said) : said);
        } catch (error) {
          if (forget()) controller.error(error);
        }
      },
      cancel: () => void forget(),
    },
    { highWaterMark: 0 },
  );
  return { body, end, finish };
}

/** Somebody waits for it; a ring that comes while nobody does is not forgotten. */
class Bell {
  readonly #clock: Clock;
  #hasRung = false;
  #onRing: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  reset(): void {
    this.#hasRung = false;
  }

  ring(): void {
    this.#hasRung = true;
    this.#onRing();
  }

  async wait(ms: number): Promise<void> {
    if (this.#hasRung) return;
    const rung = new Promise<void>((resolve) => (this.#onRing = resolve));
    using _ = this.#clock.timer(ms, () => this.#onRing());
    await rung;
  }
}
