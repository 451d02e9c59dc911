import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync } from "node:fs";
import { readFile } from "node:fs/promises";
import process from "node:process";
import type { CliContext } from "../context.ts";
import { program } from "../program.ts";
import { openLog } from "./open-log.ts";
import { serverLog } from "./server-folder.ts";

export interface SpawnedServer {
  readonly pid: number;
  /** Its exit code, once it has ended; null when a signal ended it. */
  readonly ended: { readonly exitCode: number | null } | undefined;
  /** What it said last. */
  lastWords(): Promise<string>;
}

export interface SpawnOptions {
  readonly folder: string;
  /** Where it runs: not where somebody happened to call. */
  readonly cwd: string;
  readonly flags: readonly string[];
  /** Default: a new one. Handed over in the environment: what a process was called with is seen by everybody. */
  readonly token: string | undefined;
}

/** Starts a server that outlives this process and its terminal, and writes to the log of its folder. */
export function spawnServer(
  { folder, flags, token = newToken() }: SpawnOptions,
  { env, cwd }: CliContext,
): SpawnedServer {
  const path = serverLog(folder);
  const log = openLog(path);
  const call = [program, "start", "--foreground", "--state-dir", folder, ...flags];
  const child = spawn(process.execPath, call, {
    cwd,
    detached: true,
    env: { ...env, ORCHESTR8_TOKEN: token },
    stdio: ["ignore", log, log],
    windowsHide: true,
  });
  closeSync(log);
  let ended: SpawnedServer["ended"];
  child.once("error", () => (ended = { exitCode: null }));
  child.once("exit", (exitCode) => (ended = { exitCode }));
  child.unref();
  return {
    pid: child.pid ?? -1,
    get ended() {
      return ended;
    },
    lastWords: async () => lastWords(await readFile(path, "utf8")),
  };
}

/** The error that a log ends with, and what follows it, or else its last line. */
function lastWords(log: string): string {
  const lines = log.trimEnd().split("\n");
  const error = lines.findLastIndex((line) => line.startsWith("error: "));
  return lines.slice(error).join("\n");
}

/** Made here, because a token that the server makes is shown, and would stay in its log. */
function newToken(): string {
  return randomBytes(32).toString("base64url");
}
