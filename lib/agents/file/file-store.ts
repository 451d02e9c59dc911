import { constants } from "node:fs";
import { type FileHandle, lstat, open, realpath, rename, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { InvalidValueError, ValidationError } from "../../errors.ts";
import type { JsonValue } from "../../json.ts";
import { systemId } from "../../new-id.ts";
import { decodeContent, encodeContent } from "./file-content.ts";
import { type FilePlace, isCode, isStillThere, placeOf, refused } from "./file-place.ts";
import type { FileConfig, FileFormat } from "./file-schemas.ts";

/** The files below one folder. */
export interface FileStore {
  read(
    path: string,
    format: FileFormat,
    signal: AbortSignal,
  ): Promise<{ readonly size: number; readonly content: unknown }>;
  /** Replaces a file, or makes it, whole or not at all, also through a crash. Resolves with its size in bytes. */
  write(path: string, content: JsonValue, format: FileFormat, signal: AbortSignal): Promise<number>;
}

/** Files are opened where no link stands in for them, and without waiting for the other end of a pipe. */
const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** @throws {ValidationError} when the operator's folder is none. */
export async function openFileStore(given: FileConfig): Promise<FileStore> {
  const root = await realpath(resolve(given.root)).catch(() => undefined);
  if (root === undefined || !(await stat(root)).isDirectory()) {
    throw new ValidationError(
      'Cannot configure agent "@orchestr8/file": its config at "/root" must name a folder that exists',
    );
  }
  const config = { ...given, root };
  return {
    async read(path, format, signal) {
      const read = async (): Promise<Uint8Array> => await readWhole(path, await placeOf(path, config), config, signal);
      const bytes = await inWords(`read file "${path}"`, read);
      return { size: bytes.byteLength, content: decodeContent(bytes, format, path) };
    },
    async write(path, content, format, signal) {
      if (!config.write) throw new ValidationError(`Cannot write file "${path}": the operator lets files be read only`);
      const bytes = encodeContent(content, format);
      if (bytes.byteLength > config.maxBytes) throw tooLarge(`write file "${path}"`, config);
      await inWords(`write file "${path}"`, async () => {
        await replace(path, await placeOf(path, config, true), bytes, config, signal);
      });
      return bytes.byteLength;
    },
  };
}

/** What the system refuses, in words that show no more of the disk than the step named. A file that is not there comes by no retry. */
async function inWords<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || !("syscall" in error && "code" in error)) throw error;
    if (error.code === "ENOENT" || error.code === "ENOTDIR") {
      throw new ValidationError(`Cannot ${doing}: there is no such file`);
    }
    throw Object.assign(new Error(`Cannot ${doing}: the system answers ${String(error.code)}`), { code: error.code });
  }
}

async function readWhole(path: string, place: FilePlace, config: FileConfig, signal: AbortSignal): Promise<Uint8Array> {
  await using file = await openFile(path, place, O_RDONLY | O_NONBLOCK);
  const found = await file.handle.stat();
  if (!found.isFile()) throw refused(path, "must name a file");
  if (!(await isStillThere(place, found))) throw refused(path, "must not change while it is followed");
  if (found.size > config.maxBytes) throw tooLarge(`read file "${path}"`, config);
  signal.throwIfAborted();
  const buffer = new Uint8Array(found.size + 1);
  const { bytesRead } = await file.handle.read(buffer, 0, buffer.byteLength, 0);
  // It grew, or came in parts: what is read must be one state of it.
  if (bytesRead !== found.size) throw new Error(`Cannot read file "${path}": it changed meanwhile`);
  return buffer.subarray(0, bytesRead);
}

/** Written beside it and renamed, so that nobody ever reads half of it. */
async function replace(
  path: string,
  place: FilePlace,
  bytes: Uint8Array,
  config: FileConfig,
  signal: AbortSignal,
): Promise<void> {
  const mode = await modeFor(path, place, config);
  const draft = draftOf(place);
  try {
    await using file = await openFile(path, draft, O_WRONLY | O_CREAT | O_EXCL, mode);
    if (!(await isStillThere(draft, await file.handle.stat())))
      throw refused(path, "must not change while it is followed");
    await file.handle.chmod(mode);
    await file.handle.writeFile(bytes);
    await file.handle.sync();
    signal.throwIfAborted();
    await rename(draft.path, place.path);
  } catch (error) {
    await rm(draft.path, { force: true });
    throw error;
  }
  await syncFolder(place.folder);
}

/** A file that is replaced keeps its permissions. A link is not written through, and nothing but a file is replaced. */
async function modeFor(path: string, place: FilePlace, config: FileConfig): Promise<number> {
  const found = await lstat(place.path).catch((error: unknown) => {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  });
  if (found !== undefined && !found.isFile()) throw refused(path, "must name a file, and no link");
  return found === undefined ? Number.parseInt(config.mode, 8) : found.mode & 0o777;
}

function draftOf({ folder, name }: FilePlace): FilePlace {
  const draft = `.${name.slice(0, 100)}.${systemId()}.tmp`;
  return { folder, name: draft, path: join(folder, draft) };
}

async function openFile(
  path: string,
  place: FilePlace,
  flags: number,
  mode?: number,
): Promise<AsyncDisposable & { readonly handle: FileHandle }> {
  try {
    const handle = await open(place.path, flags | O_NOFOLLOW, mode);
    return { handle, [Symbol.asyncDispose]: () => handle.close() };
  } catch (error) {
    if (isCode(error, "ELOOP") || isCode(error, "EMLINK")) throw refused(path, "must name a file, and no link");
    throw error;
  }
}

/** Else a loss of power could take the new name with it. Not every system lets folders be flushed. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, O_RDONLY);
  try {
    await handle.sync();
  } catch (error) {
    if (!isCode(error, "EPERM") && !isCode(error, "EINVAL")) throw error;
  } finally {
    await handle.close();
  }
}

function tooLarge(doing: string, { maxBytes }: FileConfig): InvalidValueError {
  return new InvalidValueError("VALUE_TOO_LARGE", `Cannot ${doing}: it is longer than ${maxBytes} bytes`);
}
