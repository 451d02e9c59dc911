import * as fs from "node:fs";
import { dirname, join } from "node:path";
import { type Disk, errorCodeOf } from "./disk.ts";
import { fileError, ofDisk } from "./disk-error.ts";
import { missingFolders } from "./missing-folders.ts";
import { quote } from "./quote.ts";
import { ScaffoldError } from "./scaffold-error.ts";

/** A file to be, its path relative and with "/". */
export interface PlannedFile {
  readonly path: string;
  readonly text: string;
}

export interface WriteOptions {
  /** Links above it are none of our business; below it none is followed. */
  readonly base: string;
  /** Where the paths begin: `base` or a folder below it. Made if it is missing. */
  readonly folder: string;
  readonly disk?: Disk;
}

/** What was made, and for a file, which one: another may have taken its place since. */
interface Made {
  readonly path: string;
  readonly file?: { readonly dev: bigint; readonly ino: bigint };
}

/**
 * Writes new files, all or none: when one cannot be written, those before it and their folders are removed again, and
 * nothing else is. Nothing that exists is overwritten, also not what appears meanwhile.
 *
 * @throws {ScaffoldError} with the code `EXISTS` or `FILE`.
 */
export function writeFiles(files: readonly PlannedFile[], { base, folder, disk = fs }: WriteOptions): void {
  const made: Made[] = [];
  try {
    for (const { path, text } of files) {
      const target = join(folder, path);
      for (const missing of missingFolders(base, dirname(target), disk)) {
        disk.mkdirSync(missing);
        made.push({ path: missing });
      }
      writeNew(target, text, disk, made);
    }
  } catch (error) {
    throw withLeftovers(error, undo(made, disk));
  }
}

/** The files that are there already, or whatever else has their names. */
export function existingFiles(files: readonly PlannedFile[], { base, folder, disk = fs }: WriteOptions): string[] {
  return files
    .filter(({ path }) => {
      const target = join(folder, path);
      return missingFolders(base, dirname(target), disk).length === 0 && ofDisk(() => exists(target, disk));
    })
    .map(({ path }) => path);
}

function exists(path: string, disk: Disk): boolean {
  return disk.lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function writeNew(path: string, text: string, disk: Disk, made: Made[]): void {
  // "wx" also refuses a link, wherever that leads.
  const descriptor = disk.openSync(path, "wx");
  try {
    const { dev, ino } = disk.fstatSync(descriptor, { bigint: true });
    made.push({ path, file: { dev, ino } });
    disk.writeFileSync(descriptor, text);
  } finally {
    disk.closeSync(descriptor);
  }
}

/** Removes what was made, the last first, and gives what it had to leave. */
function undo(made: readonly Made[], disk: Disk): readonly string[] {
  return made.toReversed().flatMap(({ path, file }) => {
    try {
      // Removes an empty folder only, so what others have put there stays.
      if (file === undefined) disk.rmdirSync(path);
      else {
        const { dev, ino } = disk.lstatSync(path, { bigint: true });
        if (dev !== file.dev || ino !== file.ino) return [];
        disk.unlinkSync(path);
      }
      return [];
    } catch (error) {
      return errorCodeOf(error) === "ENOENT" ? [] : [path];
    }
  });
}

function withLeftovers(error: unknown, left: readonly string[]): ScaffoldError {
  const { code, message, fix } = fileError(error);
  const rest = left.length === 0 ? "nothing was written" : `left behind: ${left.map(quote).join(", ")}`;
  return new ScaffoldError(code, `${message}; ${rest}`, fix);
}
