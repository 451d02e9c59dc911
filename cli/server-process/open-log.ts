import { chmodSync, constants, fchmodSync, fstatSync, openSync, renameSync, closeSync } from "node:fs";
import { CliError } from "../cli-error.ts";

/** Beyond this a log is put aside when the next server starts; the one that was put aside before is gone then. */
const maxBytes = 5 * 1_024 * 1_024;

/**
 * Opens the log of a server to be written at its end, for this user alone. Gives the number of the open file.
 *
 * @throws {CliError} when it cannot be written or is a symbolic link.
 */
export function openLog(path: string, limitBytes = maxBytes): number {
  try {
    const log = openOwn(path);
    if (fstatSync(log).size <= limitBytes) return log;
    closeSync(log);
    renameSync(path, `${path}.1`);
    chmodSync(`${path}.1`, 0o600);
    return openOwn(path);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "the system refused";
    const state = code === "ELOOP" ? "it is a symbolic link" : code;
    throw new CliError("SERVER_STATE", `Cannot write the log "${path}": ${state}`, { cause });
  }
}

function openOwn(path: string): number {
  const { O_CREAT, O_APPEND, O_WRONLY, O_NOFOLLOW } = constants;
  const log = openSync(path, O_CREAT | O_APPEND | O_WRONLY | O_NOFOLLOW, 0o600);
  fchmodSync(log, 0o600);
  return log;
}
