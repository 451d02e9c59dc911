import { thisProcess } from "../../lib/journal/sqlite/process-identity.ts";
import { sleep } from "../../lib/clock.ts";
import { version } from "../../lib/version.ts";
import { CliError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import { fingerprintOf } from "../discovery/project-sources.ts";
import type { ExitCode } from "../exit.ts";
import { serve, type Served } from "../serve.ts";
import { type FileLock, tryLock } from "./file-lock.ts";
import { findServer } from "./find-server.ts";
import { processStart } from "./process-start.ts";
import { serverFolder, serverLock } from "./server-folder.ts";
import type { ServerState } from "./server-state.ts";
import { flagsOf, idleMsOf, type StartValues } from "./start-flags.ts";
import { removeStateFile, writeStateFile } from "./state-file.ts";
import { watchIdle } from "./watch-idle.ts";
import { watchState } from "./watch-state.ts";

/** Long enough for a server that ends to end. */
const lockTimeoutMs = 30_000;
const pollMs = 50;

/**
 * Serves a project in this process, as its one server: others find it by its state file, and start it again with what was
 * `typed`.
 *
 * @throws {CliError} with `SERVER_RUNNING` when the project has a server already.
 */
export async function serveProject(values: StartValues, context: CliContext, typed: StartValues): Promise<ExitCode> {
  const folder = await serverFolder(values, context);
  const idleMs = idleMsOf(values);
  using _ = await takeServerLock(folder, context);
  // Before anything is loaded, so that what is changed meanwhile is not taken for what was.
  const fingerprint = await fingerprintOf(context);
  return await serve(values, context, {
    takesAnyPort: true,
    enter: (served) => register(served, { folder, fingerprint, flags: flagsOf(typed), idleMs }, context),
  });
}

async function takeServerLock(folder: string, { clock }: CliContext): Promise<FileLock> {
  const deadline = clock.now() + lockTimeoutMs;
  for (;;) {
    const lock = await tryLock(serverLock(folder));
    if (lock !== undefined) return lock;
    const found = await findServer(folder);
    if (found.kind === "running" || clock.now() >= deadline) {
      const where = found.kind === "running" ? `one runs at ${found.state.url} already` : "one runs already";
      throw new CliError("SERVER_RUNNING", `Cannot start a server of this project: ${where}`, {
        fix: 'use "orchestr8 restart"',
      });
    }
    await sleep(clock, pollMs);
  }
}

interface Registration {
  readonly folder: string;
  readonly fingerprint: string;
  readonly flags: readonly string[];
  readonly idleMs: number | undefined;
}

async function register(
  { server, listener, ...served }: Served,
  { folder, fingerprint, flags, idleMs }: Registration,
  { clock }: CliContext,
): Promise<AsyncDisposable> {
  const { pid, host } = thisProcess();
  const state: ServerState = {
    format: 1,
    pid,
    processStart: (await processStart(pid)) ?? "",
    host,
    folder,
    url: reachableUrl(listener.url),
    token: server.token ?? null,
    version,
    startedAt: new Date(clock.wall()).toISOString(),
    flags,
    fingerprint,
  };
  await writeStateFile(state);
  const lost = watchState(state, clock, () => served.end(`${folder}/server.json does not name this server any more`));
  const onIdle = (): void => served.end("nobody has used it for a while");
  const idle = idleMs === undefined ? undefined : watchIdle({ clock, idleMs, quietMs: () => server.idleMs(), onIdle });
  return {
    async [Symbol.asyncDispose]() {
      lost[Symbol.dispose]();
      idle?.[Symbol.dispose]();
      await removeStateFile(state);
    },
  };
}

/** Nobody can ask for the address that stands for all of a machine's. */
function reachableUrl(url: string): string {
  return url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:");
}
