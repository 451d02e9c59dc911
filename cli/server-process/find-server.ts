import { thisProcess } from "../../lib/journal/sqlite/process-identity.ts";
import { ApiError } from "../../server/client/api-error.ts";
import { createClientOver, type Client, type Health } from "../../server/client/client.ts";
import { isLocked } from "./file-lock.ts";
import { processStart } from "./process-start.ts";
import { serverLock } from "./server-folder.ts";
import { localTransport } from "./local-transport.ts";
import type { ServerState } from "./server-state.ts";
import { isWrittenBy, readStateFile } from "./state-file.ts";

/** A server that is provably the one that the state file names. */
export interface RunningServer {
  readonly state: ServerState;
  readonly client: Client;
  readonly health: Health;
}

export type FoundServer =
  | { readonly kind: "none" }
  /** It has ended without cleaning up. Its process, should there be one, is no server. */
  | { readonly kind: "gone"; readonly state: ServerState }
  /** Its process is on another machine or in another container, where nobody here can see whether it lives. */
  | { readonly kind: "elsewhere"; readonly state: ServerState }
  /** Its process lives and has the lock of servers, and does not answer. */
  | { readonly kind: "silent"; readonly state: ServerState }
  | { readonly kind: "unusable"; readonly why: string; readonly isReplaceable: boolean }
  | ({ readonly kind: "running" } & RunningServer);

/** Far longer than a busy server needs. */
const answerTimeoutMs = 10_000;

/** Finds the server of a state folder, and makes sure that it is the one. Changes nothing. */
export async function findServer(folder: string): Promise<FoundServer> {
  const found = await readStateFile(folder);
  if (found.kind === "absent") return { kind: "none" };
  if (found.kind === "unusable") return found;
  const { state } = found;
  if (state.host !== thisProcess().host) return { kind: "elsewhere", state };
  if (!(await isAlive(state))) return { kind: "gone", state };
  const client = clientOf(state);
  const health = await answerOf(client);
  if (health?.pid === state.pid) return { kind: "running", state, client, health };
  // It may have ended meanwhile: one that does so on purpose removes its file first.
  if (!(await isWrittenBy(state))) return await findServer(folder);
  return { kind: (await isAlive(state)) && (await isLocked(serverLock(folder))) ? "silent" : "gone", state };
}

/** Whether the very process that wrote the state lives: not a later one with its number. */
export async function isAlive({ pid, processStart: start }: ServerState): Promise<boolean> {
  return (await processStart(pid)) === start;
}

export function clientOf({ url, token }: ServerState): Client {
  return createClientOver(localTransport, { url, token: token ?? undefined });
}

/** Undefined when nothing answers, or something that is no such server or does not accept the token. */
async function answerOf(client: Client): Promise<Health | undefined> {
  try {
    const health = await client.health({ signal: AbortSignal.timeout(answerTimeoutMs) });
    return health.service === "orchestr8" ? health : undefined;
  } catch (error) {
    const isNoAnswer = error instanceof ApiError || error instanceof SyntaxError || isConnectionFailure(error);
    if (isNoAnswer) return undefined;
    throw error;
  }
}

/** Whether `fetch` got no answer, or not all of it. Node says why in the cause of a TypeError. */
export function isConnectionFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const isNamed = error.name === "TimeoutError" || lossCodes.test(String(Reflect.get(error, "code")));
  return isNamed || isConnectionFailure(error.cause);
}

const lossCodes =
  /^(?:ECONN[A-Z]+|EPIPE|ETIMEDOUT|EHOST[A-Z]+|ENET[A-Z]+|UND_ERR_\w+|Connection\w+|FailedToOpenSocket)$/;
