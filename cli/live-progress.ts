import { createLogUpdate } from "log-update";
import type { EventBus } from "../lib/engine/event-bus.ts";
import type { CliContext } from "./context.ts";
import type { Messages } from "./messages.ts";
import type { Progress, Watched } from "./progress.ts";
import { renderProgress } from "./render-progress.ts";
import { terminalOf } from "./terminal.ts";

/** Ten frames a second; fewer when one takes long, so that drawing never takes more than a tenth of the time. */
const frameMs = 100;

/** Draws the steps of one run again and again in the same place of the terminal. */
export function createLiveProgress(events: EventBus, messages: Messages, context: CliContext): Progress {
  return new LiveProgress(events, messages, context);
}

class LiveProgress implements Progress {
  readonly #messages: Messages;
  readonly #context: CliContext;
  readonly #region: ReturnType<typeof createLogUpdate>;
  readonly #subscription: Disposable;
  #execution: Watched | undefined;
  #timer: Disposable | undefined;
  #frameCostMs = 0;
  #lastFrameMs = Number.NEGATIVE_INFINITY;

  constructor(events: EventBus, messages: Messages, context: CliContext) {
    this.#messages = messages;
    this.#context = context;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of a Node stream it uses what OutputStream has
    this.#region = createLogUpdate(context.stderr as unknown as NodeJS.WritableStream);
    this.#subscription = events.subscribe(() => this.#drawIfDue());
  }

  watch(execution: Watched): void {
    this.#execution = execution;
    this.#draw();
  }

  note(text: string): void {
    this.#region.clear();
    this.#messages.log(text);
    this.#draw();
  }

  async finish(): Promise<void> {
    this.#subscription[Symbol.dispose]();
    this.#draw();
    this.#timer?.[Symbol.dispose]();
    this.#region.done();
  }

  #drawIfDue(): void {
    const { clock } = this.#context;
    if (clock.now() - this.#lastFrameMs >= this.#pauseMs) this.#draw();
  }

  get #pauseMs(): number {
    return Math.max(frameMs, this.#frameCostMs * 10);
  }

  #draw(): void {
    if (this.#execution === undefined) return;
    const { clock, stderr, env } = this.#context;
    this.#timer?.[Symbol.dispose]();
    const startMs = clock.now();
    const { hasColours: colors, hasUnicode: unicode } = terminalOf(stderr, env);
    const { columns: width = 80, rows: height = 24 } = stderr;
    const view = this.#execution.view();
    this.#region(renderProgress(view, { width, height: height - 1, now: clock.wall(), colors, unicode }).join("\n"));
    this.#lastFrameMs = clock.now();
    this.#frameCostMs = this.#lastFrameMs - startMs;
    this.#timer = clock.timer(this.#pauseMs, () => this.#draw(), { unref: true });
  }
}
