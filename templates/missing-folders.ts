import { dirname, relative } from "node:path";
import { type Disk, errorCodeOf } from "./disk.ts";
import { fileError } from "./disk-error.ts";
import { quote } from "./quote.ts";
import { ScaffoldError } from "./scaffold-error.ts";

/**
 * The folders that are not there yet on the way from `base`, which is taken as it is, down to `folder`, the outermost first.
 *
 * @throws {ScaffoldError} when the way leads over a symbolic link, even to a folder, or through anything else that is no
 * folder: what is written stays where it was asked for.
 */
export function missingFolders(base: string, folder: string, disk: Disk): readonly string[] {
  return foldersOnTheWay(base, folder).filter((path) => isMissing(path, disk));
}

function foldersOnTheWay(base: string, folder: string): readonly string[] {
  const way: string[] = [];
  for (let at = folder; relative(base, at) !== ""; at = dirname(at)) way.unshift(at);
  return way;
}

function isMissing(path: string, disk: Disk): boolean {
  try {
    const stats = disk.lstatSync(path);
    if (stats.isDirectory()) return false;
    const state = stats.isSymbolicLink() ? "it is a symbolic link" : "it is no folder";
    throw new ScaffoldError("EXISTS", `Cannot write below ${quote(path)}: ${state}`, "name the real folder");
  } catch (error) {
    if (errorCodeOf(error) === "ENOENT") return true;
    throw fileError(error);
  }
}
