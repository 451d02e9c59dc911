import { sleep } from "../../lib/clock.ts";
import { ApiError } from "../../server/client/api-error.ts";
import type { Client } from "../../server/client/client.ts";
import { CliError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import { type EnsureOptions, type EnsuredServer, ensureServer, usableIn } from "./ensure-server.ts";
import { isLocked } from "./file-lock.ts";
import { findServer, isConnectionFailure, type RunningServer } from "./find-server.ts";
import { serverLock } from "./server-folder.ts";

const pollMs = 50;
/** How long no server may be there before it is taken to have been stopped for good, and not to be restarted. */
const absenceMs = 3_000;
/** How often a call is made that no server took. */
const maxCalls = 5;

/** The server of a project for as long as a command needs it, which may be longer than one process of it lives. */
export class ServerConnection {
  #options: EnsureOptions;
  readonly #context: CliContext;
  #server: RunningServer;

  private constructor(server: RunningServer, options: EnsureOptions, context: CliContext) {
    this.#server = server;
    this.#options = options;
    this.#context = context;
  }

  /** @throws {CliError} as {@link ensureServer} does. */
  static async open(options: EnsureOptions, context: CliContext): Promise<ServerConnection> {
    const server = await ensureServer(options, context);
    tellOfStart(server, options);
    return new ServerConnection(server, options, context);
  }

  /** Connects to a server of this version if one runs, and starts none. */
  static async join(options: EnsureOptions, context: CliContext): Promise<ServerConnection | undefined> {
    const server = usableIn(await findServer(options.folder));
    return server && new ServerConnection(server, options, context);
  }

  /** Has somebody else say from now on what is going on. */
  tellBy(note: EnsureOptions["note"]): void {
    this.#options = { ...this.#options, note };
  }

  get server(): RunningServer {
    return this.#server;
  }

  /**
   * Makes a call that may be repeated: one that is lost with its server is made again, to the next one, which is started if
   * need be.
   */
  async call<T>(make: (client: Client) => Promise<T>): Promise<T> {
    for (let count = 1; ; count++) {
      try {
        return await make(this.#server.client);
      } catch (error) {
        if (count === maxCalls || !isLoss(error)) throw error;
        this.#server = await ensureServer(this.#options, this.#context);
      }
    }
  }

  /**
   * Finds the server again after it was lost: one that died is started again, one that was stopped is not.
   *
   * @throws {CliError} with `SERVER_UNREACHABLE` when it was stopped.
   */
  async recover(): Promise<void> {
    const { folder, note } = this.#options;
    const { clock } = this.#context;
    for (let absentMs = 0; absentMs < absenceMs; absentMs += pollMs) {
      const found = await findServer(folder);
      if (found.kind === "running") {
        this.#server = found;
        return;
      }
      if (found.kind === "gone") {
        note(`The server at ${found.state.url} has died`);
        const server = await ensureServer(this.#options, this.#context);
        tellOfStart(server, this.#options);
        this.#server = server;
        return;
      }
      // One that ends is there until it has.
      if (await isLocked(serverLock(folder))) absentMs = 0;
      await sleep(clock, pollMs);
    }
    throw new CliError("SERVER_UNREACHABLE", "Cannot follow the execution: its server was stopped", {
      fix: 'what it ran goes on when one is started again: "orchestr8 start"',
    });
  }
}

/** Says once that there is a server now that nobody started by name. */
export function tellOfStart({ isNew, state }: EnsuredServer, { note }: Pick<EnsureOptions, "note">): void {
  if (isNew) note(`Started a server for this project at ${state.url}; "orchestr8 stop" ends it`);
}

/** Whether a server has gone or is about to. */
export function isLoss(error: unknown): boolean {
  return error instanceof ApiError ? error.code === "ENGINE_CLOSED" : isConnectionFailure(error);
}
