import { relative } from "node:path";

/** An absolute path as people read it: relative to the working folder, if it is below. */
export function shownPath(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short === "" || short.startsWith("..") ? path : short;
}
