import { stripVTControlCharacters } from "node:util";
import { createLogUpdate } from "log-update";
import type { CliContext } from "./context.ts";
import { columnsOf } from "../dsl/graph/text-width.ts";
import type { Messages } from "./messages.ts";
import type { Progress } from "./progress.ts";
import { renderProgress } from "./render-progress.ts";
import { terminalOf } from "./terminal.ts";
import { Branches } from "./watched/branches.ts";
import { stepTree } from "./watched/step-tree.ts";
import type { WatchedEvents, WatchedExecution } from "./watched/watched-execution.ts";

/** Ten frames a second; fewer when one takes long, so that drawing never takes more than a tenth of the time. */
const frameMs = 100;

/** Draws the steps of one run again and again in the same place of the terminal. */
export function createLiveProgress(events: WatchedEvents, messages: Messages, context: CliContext): Progress {
  return new LiveProgress(events, messages, context);
}

class LiveProgress implements Progress {
  readonly #messages: Messages;
  readonly #context: CliContext;
  readonly #region: ReturnType<typeof createLogUpdate>;
  readonly #subscription: Disposable;
  readonly #branches = new Branches();
  #execution: WatchedExecution | undefined;
  #timer: Disposable | undefined;
  #frameCostMs = 0;
  #lastFrameMs = Number.NEGATIVE_INFINITY;
  /** The widths of the lines that stand on the terminal. */
  #drawn: readonly number[] = [];
  #columns: number;

  constructor(events: WatchedEvents, messages: Messages, context: CliContext) {
    this.#messages = messages;
    this.#context = context;
    this.#columns = columnsIn(context);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of a Node stream it uses what OutputStream has
    this.#region = createLogUpdate(context.stderr as unknown as NodeJS.WritableStream);
    this.#subscription = events.subscribe((entry) => {
      this.#branches.take(entry);
      this.#drawIfDue();
    });
  }

  watch(execution: WatchedExecution): void {
    this.#execution = execution;
    this.#draw();
  }

  note(text: string): void {
    this.#region.clear();
    this.#drawn = [];
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
    const view = this.#execution?.view();
    if (view === undefined) return;
    const { clock, stderr, env } = this.#context;
    this.#timer?.[Symbol.dispose]();
    const startMs = clock.now();
    const { hasColours: colors, hasUnicode: unicode } = terminalOf(stderr, env);
    const width = columnsIn(this.#context);
    const { rows: height = 24 } = stderr;
    const state = { view, steps: stepTree(view, this.#branches) };
    const lines = renderProgress(state, { width, height: height - 1, colors, unicode });
    this.#clearWrapped(width);
    this.#region(lines.join("\n"));
    this.#drawn = lines.map((line) => columnsOf(stripVTControlCharacters(line)));
    this.#lastFrameMs = clock.now();
    this.#frameCostMs = this.#lastFrameMs - startMs;
    this.#timer = clock.timer(this.#pauseMs, () => this.#draw(), { unref: true });
  }

  /** A terminal that became narrower has wrapped what stands there, which log-update does not know of. */
  #clearWrapped(width: number): void {
    const rows = this.#drawn.reduce((sum, columns) => sum + Math.max(1, Math.ceil(columns / width)), 0);
    const more = rows - this.#drawn.length;
    if (width < this.#columns && more > 0) {
      this.#region.clear();
      this.#context.stderr.write(`\u001B[${more}A\u001B[J`);
    }
    this.#columns = width;
  }
}

function columnsIn({ stderr: { columns = 80 } }: CliContext): number {
  return columns;
}
