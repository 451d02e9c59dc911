import { sleep, type Clock } from "../../lib/clock.ts";
import type { BusEntry } from "../../lib/engine/event-bus.ts";
import type { ExecutionView } from "../../lib/engine/view.ts";
import { ApiError } from "../../server/client/api-error.ts";
import type { WatchedEvent } from "../../server/client/client.ts";
import type { RunningExecution } from "../run-to-end.ts";
import type { RunningServer } from "./find-server.ts";
import { isLoss, type ServerConnection } from "./server-connection.ts";

export interface RemoteOptions {
  readonly connection: Pick<ServerConnection, "call" | "recover"> & { readonly server: Pick<RunningServer, "client"> };
  readonly clock: Clock;
  /** Gets all that happens, from the beginning. */
  readonly publish: (entry: BusEntry) => void;
  /** Says what went wrong beside the execution. */
  readonly note: (text: string) => void;
}

/** How long to wait where a server has more readers than it takes. */
const crowdedMs = 1_000;
const maxLosses = 20;

type EndedView = ExecutionView & { readonly status: "completed" | "failed" | "cancelled" };

/** An execution on the project's server, to be shown like one of this process. */
export class RemoteExecution implements RunningExecution {
  readonly id: string;
  readonly #options: RemoteOptions;
  /** How it ended. */
  readonly result: Promise<EndedView>;
  #view: ExecutionView;
  #isStale = false;
  #isAsking = false;
  #sequence = 0;
  /** Connections that were lost since something was heard. */
  #losses = 0;

  constructor(view: ExecutionView, options: RemoteOptions) {
    this.id = view.executionId;
    this.#view = view;
    this.#options = options;
    this.result = this.#follow();
  }

  /** How it stood a moment ago. Asks for more whenever it is looked at and something has happened. */
  view(): ExecutionView {
    if (this.#isStale && !this.#isAsking) void this.#refresh();
    return this.#view;
  }

  cancel(reason: string): void {
    void this.#cancel(reason);
  }

  async #cancel(reason: string): Promise<void> {
    try {
      await this.#options.connection.call((client) => client.cancel(this.id, reason));
    } catch (error) {
      this.#options.note(`Cannot cancel the execution: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async #refresh(): Promise<void> {
    this.#isAsking = true;
    this.#isStale = false;
    try {
      this.#view = await this.#options.connection.server.client.execution(this.id);
    } catch (error) {
      // Whoever follows the execution finds out as well, and does something about it.
      if (!isLoss(error)) throw error;
    } finally {
      this.#isAsking = false;
    }
  }

  async #follow(): Promise<EndedView> {
    for (;;) {
      try {
        await this.#read();
        const view = await this.#options.connection.call((client) => client.execution(this.id));
        if (!isEnded(view)) continue;
        this.#view = view;
        this.#isStale = false;
        return view;
      } catch (error) {
        if (isLoss(error) && this.#losses++ < maxLosses) await this.#options.connection.recover();
        else if (isCrowded(error)) await sleep(this.#options.clock, crowdedMs);
        else throw error;
      }
    }
  }

  async #read(): Promise<void> {
    const { client } = this.#options.connection.server;
    for await (const event of client.watch(this.id, { after: this.#sequence })) this.#hear(event);
  }

  #hear(event: WatchedEvent): void {
    this.#isStale = true;
    this.#losses = 0;
    if (event.kind === "snapshot") this.#sequence = event.execution.sequence;
    else if (event.kind === "progress") this.#options.publish(event.note);
    else {
      this.#sequence = event.entry.sequence;
      this.#options.publish(event.entry);
    }
  }
}

function isEnded(view: ExecutionView): view is EndedView {
  return view.status === "completed" || view.status === "failed" || view.status === "cancelled";
}

function isCrowded(error: unknown): boolean {
  return error instanceof ApiError && error.code === "STREAMS_FULL";
}
