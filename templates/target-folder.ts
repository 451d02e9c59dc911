import { basename, isAbsolute, parse, relative, resolve, sep } from "node:path";
import type { Disk } from "./disk.ts";
import { ofDisk } from "./disk-error.ts";
import { missingFolders } from "./missing-folders.ts";
import { assertName, type ScaffoldKind } from "./name.ts";
import { quote } from "./quote.ts";
import { ScaffoldError } from "./scaffold-error.ts";

/** A folder that may be filled: it is not there, or holds nothing but `.git`. */
export interface TargetFolder {
  /** Below it no link is followed. */
  readonly base: string;
  readonly folder: string;
}

const shown = 10;

/**
 * Finds the folder that was typed. It may be anywhere; what lies on the way is held to the rules for links, from the current
 * folder on where it is in there, and else from the root.
 *
 * @throws {ScaffoldError} when it holds something, which is listed, or cannot be had.
 */
export function targetFolder(kind: ScaffoldKind, typed: string, cwd: string, disk: Disk): TargetFolder {
  if (typed === "" || /\p{Cc}/u.test(typed)) {
    throw new ScaffoldError("USAGE", `Cannot create ${kind} in ${quote(typed)}: it is no name of a folder`);
  }
  const folder = resolve(cwd, typed);
  const base = isBelow(cwd, folder) ? cwd : parse(folder).root;
  const missing = missingFolders(base, folder, disk);
  // Those above the folder itself, which is named by its caller.
  for (const path of missing) if (path !== folder) assertName(kind, basename(path));
  if (missing.length === 0) assertEmpty(kind, typed, folder, disk);
  return { base, folder };
}

function isBelow(parent: string, path: string): boolean {
  const way = relative(parent, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function assertEmpty(kind: ScaffoldKind, typed: string, folder: string, disk: Disk): void {
  const names = ofDisk(() => disk.readdirSync(folder)).filter((name) => name !== ".git");
  if (names.length === 0) return;
  const first = names.toSorted().slice(0, shown).map(quote).join(", ");
  const more = names.length > shown ? ` and ${names.length - shown} more` : "";
  throw new ScaffoldError(
    "EXISTS",
    `Cannot create ${kind} in ${quote(typed)}: it holds ${first}${more}`,
    "name a folder that is new or empty",
  );
}
