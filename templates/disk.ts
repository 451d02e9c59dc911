import type * as fs from "node:fs";

/** What scaffolding needs of `node:fs`. */
export type Disk = Pick<
  typeof fs,
  | "closeSync"
  | "fstatSync"
  | "lstatSync"
  | "mkdirSync"
  | "openSync"
  | "readdirSync"
  | "rmdirSync"
  | "unlinkSync"
  | "writeFileSync"
>;

/** The code of an error of `node:fs`, such as `EACCES`. */
export function errorCodeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
