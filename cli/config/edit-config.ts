import { constants } from "node:fs";
import { chmod, mkdir, open, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { applyEdits, modify, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { CliError } from "../cli-error.ts";
import { removeProperty } from "./remove-property.ts";

/** Changes of a JSON config: a path of keys, and its new value; undefined removes it. */
export type ConfigEdit = readonly [path: readonly string[], value: unknown];

export interface EditOptions {
  /** As messages name it. */
  readonly name: string;
  /** The mode of a new file. */
  readonly mode: number;
}

const formattingOptions = { insertSpaces: true, tabSize: 2, eol: "\n" } as const;

/**
 * Changes a JSON config and leaves all else in it as it is, comments included. The file is replaced at once or not at all,
 * and one process at a time changes it.
 *
 * @throws {CliError} when another process is at it.
 */
export async function editConfig(path: string, edits: readonly ConfigEdit[], options: EditOptions): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  // A link, as those who keep their settings elsewhere have it, stays one.
  const target = await realpath(path).catch(() => path);
  const lock = `${target}.lock`;
  await takeLock(lock, options.name);
  try {
    const before = await readFile(target, "utf8").catch(() => "{}\n");
    const after = requireSound(edits.reduce(edit, requireSound(before, options.name)), options.name);
    await replaceFile(target, after, options.mode);
  } finally {
    await rm(lock, { force: true });
  }
}

function edit(text: string, [path, value]: ConfigEdit): string {
  if (value === undefined) return removeProperty(text, path);
  return applyEdits(text, modify(text, [...path], value, { formattingOptions }));
}

/** What is no JSON, before or after, is not written. */
function requireSound(text: string, name: string): string {
  const errors: ParseError[] = [];
  parseTree(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error === undefined) return text;
  throw new CliError("CONFIG", `Cannot change ${name}: it is no JSON (${printParseErrorCode(error.error)})`);
}

async function takeLock(lock: string, name: string): Promise<void> {
  try {
    const handle = await open(lock, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
    await handle.close();
  } catch (cause) {
    const isTaken = cause instanceof Error && "code" in cause && cause.code === "EEXIST";
    const state = isTaken ? "another process is changing it" : "its folder cannot be written to";
    throw new CliError("CONFIG", `Cannot change ${name}: ${state}`, {
      cause,
      fix: isTaken ? `if none is, remove "${lock}"` : undefined,
    });
  }
}

async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const known = await stat(path).catch(() => undefined);
  const next = `${path}.next`;
  await writeFile(next, text, { mode });
  await chmod(next, known === undefined ? mode : known.mode & 0o777);
  await rename(next, path);
}
