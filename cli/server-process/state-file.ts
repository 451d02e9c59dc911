import { constants, type Stats } from "node:fs";
import { mkdir, open, rename, rm, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { parseServerState, type ServerState } from "./server-state.ts";

/** What was found at the place of a state file. */
export type StateReading =
  | { readonly kind: "absent" }
  | { readonly kind: "known"; readonly state: ServerState }
  /** Nothing in it may be believed. */
  | {
      readonly kind: "unusable";
      readonly why: string;
      /** Whether it is a file of this user, which a new server may put its own in place of. */
      readonly isReplaceable: boolean;
    };

const maxBytes = 65_536;

export function stateFile(folder: string): string {
  return join(folder, "server.json");
}

/** Reads a state file, if it is one that only this user can have written. Follows no link. */
export async function readStateFile(folder: string): Promise<StateReading> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  let file: FileHandle;
  try {
    file = await open(stateFile(folder), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    return readingOf(error);
  }
  try {
    const stats = await file.stat();
    const refusal = refusalOf(stats);
    if (refusal !== undefined) return refusal;
    const state = stats.size > maxBytes ? undefined : parseServerState(await file.readFile("utf8"));
    if (state === undefined) return replaceable("it is damaged, or of another version of orchestr8");
    return state.folder === folder
      ? { kind: "known", state }
      : replaceable(`it belongs to the server of "${state.folder}"`);
  } finally {
    await file.close();
  }
}

function readingOf(error: unknown): StateReading {
  const code = error instanceof Error && "code" in error ? String(error.code) : "it cannot be opened";
  if (code === "ENOENT" || code === "ENOTDIR") return { kind: "absent" };
  // FreeBSD and macOS say so of a link that is not to be followed as well.
  return foreign(code === "ELOOP" || code === "EMLINK" ? "it is a symbolic link" : code);
}

/** Windows has neither owners nor modes that say something here. */
function refusalOf(stats: Stats): StateReading | undefined {
  if (!stats.isFile()) return foreign("it is no file");
  if (process.getuid === undefined) return undefined;
  if (stats.uid !== process.getuid()) return foreign("it belongs to another user");
  const mode = stats.mode & 0o777;
  if ((mode & 0o077) === 0) return undefined;
  return replaceable(`others may have read or changed it, as its mode is ${mode.toString(8)} instead of 600`);
}

function foreign(why: string): StateReading {
  return { kind: "unusable", why, isReplaceable: false };
}

function replaceable(why: string): StateReading {
  return { kind: "unusable", why, isReplaceable: true };
}

/**
 * Puts a state in place at once, for this user alone: others see the whole of it or what was there before. Only whoever
 * holds the server's lock may do this.
 */
export async function writeStateFile(state: ServerState): Promise<void> {
  const path = stateFile(state.folder);
  const draft = `${path}.${crypto.randomUUID()}.tmp`;
  await mkdir(state.folder, { recursive: true, mode: 0o700 });
  try {
    const file = await open(draft, "wx", 0o600);
    try {
      // The umask may have taken something away.
      await file.chmod(0o600);
      await file.writeFile(`${JSON.stringify(state, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Whether the file still names this server. */
export async function isWrittenBy({ folder, pid, processStart }: ServerState): Promise<boolean> {
  const found = await readStateFile(folder);
  return found.kind === "known" && found.state.pid === pid && found.state.processStart === processStart;
}

/** Removes the file of a server that ends, and no other's. */
export async function removeStateFile(state: ServerState): Promise<void> {
  if (await isWrittenBy(state)) await rm(stateFile(state.folder), { force: true });
}
