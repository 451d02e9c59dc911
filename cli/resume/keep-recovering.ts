import type { Clock } from "../../lib/clock.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import type { Execution } from "../../lib/engine/execution.ts";
import { EngineClosedError, LeaseLostError } from "../../lib/errors.ts";
import type { LogSink } from "../../lib/log.ts";
import { leftExecutions } from "./left-executions.ts";

const everyMs = 5_000;
/** Looking takes at most this part of the time, however many executions there are. */
const share = 1 / 50;

export interface RecoveryOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly log: LogSink;
  /** Where executions may have been started from that the engine can go on with. Default: none but the engine's own kind. */
  readonly origins?: ReadonlySet<string>;
}

/**
 * Goes on with what processes that died have left, now and every few seconds until it is disposed. Executions of other
 * modules than `origins` are left to `orchestr8 resume`, which loads the module: a server runs no code by a recorded path.
 */
export function keepRecovering(options: RecoveryOptions): Disposable {
  const recovery = new Recovering(options);
  void recovery.look();
  return recovery;
}

class Recovering implements Disposable {
  readonly #options: RecoveryOptions;
  /** What cannot go on here, each said once. */
  readonly #given = new Set<string>();
  #timer: Disposable | undefined;
  #isDisposed = false;

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  async look(): Promise<void> {
    const { clock } = this.#options;
    const startMs = clock.now();
    try {
      await this.#recover();
    } catch (error) {
      this.#complain("executions cannot be looked for", error);
    }
    if (this.#isDisposed) return;
    const pauseMs = Math.max(everyMs, (clock.now() - startMs) / share);
    this.#timer = clock.timer(pauseMs, () => void this.look(), { unref: true });
  }

  async #recover(): Promise<void> {
    const { roots, orphans } = await leftExecutions(this.#options.engine.journal);
    for (const { executionId, origin } of roots) {
      if (this.#isKnown(origin)) await this.#resume(executionId);
      else this.#giveUp(executionId, `it was started from ${origin}; "orchestr8 resume" goes on with it`);
    }
    for (const { executionId, origin } of orphans) {
      if (!this.#isKnown(origin)) continue;
      const orphan = await this.#resume(executionId);
      orphan?.cancel("no execution waits for it any more");
    }
  }

  #isKnown(origin: string | undefined): boolean {
    return origin === undefined || this.#options.origins?.has(origin) === true;
  }

  async #resume(executionId: string): Promise<Execution | undefined> {
    if (this.#given.has(executionId)) return undefined;
    try {
      return await this.#options.engine.resume(executionId);
    } catch (error) {
      // Another process was faster, or this one shuts down.
      if (error instanceof LeaseLostError || error instanceof EngineClosedError) return undefined;
      this.#giveUp(executionId, error);
      return undefined;
    }
  }

  #giveUp(executionId: string, why: unknown): void {
    if (this.#given.has(executionId)) return;
    this.#given.add(executionId);
    this.#complain("execution cannot go on here", why, executionId);
  }

  #complain(message: string, why: unknown, executionId?: string): void {
    if (this.#isDisposed) return;
    const { log, clock } = this.#options;
    const time = new Date(clock.wall()).toISOString();
    const data = why instanceof Error ? why.message : String(why);
    log({ level: "warn", time, message, data, ...(executionId !== undefined && { executionId }) });
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#timer?.[Symbol.dispose]();
  }
}
