import { lstat, mkdir, realpath } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { ValidationError } from "../../errors.ts";
import type { FileConfig } from "./file-schemas.ts";

/** A file below the root: its folder without links on the way, and its name there. */
export interface FilePlace {
  readonly folder: string;
  readonly name: string;
  readonly path: string;
}

/**
 * Where a path leads. Links inside the root may be followed, as far as the folder of the file; a link that leads out of the
 * root, or into something hidden, is refused.
 *
 * @throws {ValidationError} when it leads where the operator does not let it.
 */
export async function placeOf(path: string, { root, hidden }: FileConfig, makeFolders = false): Promise<FilePlace> {
  assertPlainPath(path, hidden);
  const wanted = join(root, path);
  if (makeFolders) await makeFoldersOf(dirname(wanted), { root, hidden }, path);
  const folder = await realpath(dirname(wanted));
  assertInside(folder, { root, hidden }, path);
  return { folder, name: basename(wanted), path: join(folder, basename(wanted)) };
}

/** Whether what stands at a place now is a certain file. Not if a folder on its way was exchanged meanwhile. */
export async function isStillThere(
  { folder, path }: FilePlace,
  file: { readonly dev: number; readonly ino: number },
): Promise<boolean> {
  const [real, there] = await Promise.all([realpath(folder), lstat(path)]);
  return real === folder && there.isFile() && there.dev === file.dev && there.ino === file.ino;
}

/** The path of a file is data: it says where below the root, and nothing else. */
function assertPlainPath(path: string, hidden: boolean): void {
  const parts = path.split("/");
  if (
    /[\0\\]/.test(path) ||
    /^[A-Za-z]:/.test(path) ||
    parts.includes("") ||
    parts.includes(".") ||
    parts.includes("..")
  ) {
    throw refused(path, 'must be relative, with "/" between its parts, and without "." and ".."');
  }
  if (!hidden && parts.some((part) => part.startsWith(".")))
    throw refused(path, "must not have a part that begins with a dot");
}

function assertInside(folder: string, { root, hidden }: Pick<FileConfig, "root" | "hidden">, path: string): void {
  const below = relative(root, folder);
  const parts = below === "" ? [] : below.split(sep);
  if (parts[0] === ".." || join(root, below) !== folder)
    throw refused(path, "must not lead out of the operator's folder");
  if (!hidden && parts.some((part) => part.startsWith("."))) throw refused(path, "must not lead to what is hidden");
}

/** Made one by one, each below one that was checked, so that none is made beyond a link that leads out. */
async function makeFoldersOf(folder: string, bounds: Pick<FileConfig, "root" | "hidden">, path: string): Promise<void> {
  let made = bounds.root;
  for (const part of relative(bounds.root, folder).split(sep)) {
    made = join(made, part);
    await mkdir(made).catch((error: unknown) => {
      if (!isCode(error, "EEXIST")) throw error;
    });
    made = await realpath(made);
    assertInside(made, bounds, path);
  }
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

export function refused(path: string, message: string): ValidationError {
  return new ValidationError(`Cannot use file "${path}": its path ${message}`);
}
