import { sleep } from "../../lib/clock.ts";
import { version } from "../../lib/version.ts";
import { CliError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import { projectFolder } from "../journal/project-folder.ts";
import { isLocked, tryLock } from "./file-lock.ts";
import { findServer, type FoundServer, type RunningServer } from "./find-server.ts";
import { serverLock, serverLog, startLock } from "./server-folder.ts";
import { signalServer } from "./signal-server.ts";
import type { ServerState } from "./server-state.ts";
import type { SpawnedServer } from "./spawn-server.ts";

/** How long a server may take until it answers, one before it to end included. */
const startTimeoutMs = 60_000;
const pollMs = 25;
/** Those who wait come less often the longer it takes: they may be many, and would take the time of the one they wait for. */
const maxPollMs = 250;
/** The lock is tried so often: there is no need to but for one whose holder died. */
const lockEveryMs = 1_000;

export interface EnsureOptions {
  /** As `serverFolder()` gives it. */
  readonly folder: string;
  /** What a new server is started with. Default: as the one that it takes the place of, or else that of {@link autoPlan}. */
  readonly plan?: StartPlan;
  /** Says what is going on, as it may take a while. */
  readonly note: (text: string) => void;
}

/** How a server is started. */
export interface StartPlan {
  readonly flags: readonly string[];
  /** Default: a new one. */
  readonly token: string | undefined;
}

/** For a server that nobody asked for: it ends when nobody uses it any more. */
async function autoPlan(context: CliContext): Promise<StartPlan> {
  const { resolveSettings } = await import("../config/resolve-settings.ts");
  const idle = (await resolveSettings({}, context)).get("server.idle");
  return { flags: ["--idle", idle], token: undefined };
}

export interface EnsuredServer extends RunningServer {
  /** Whether this call has started it. */
  readonly isNew: boolean;
}

/**
 * The server of a state folder; started if there is none, and again if it is of another version. Of many callers at once
 * one starts it and the others wait for it.
 *
 * @throws {CliError} with `SERVER_UNREACHABLE` when there is none in the end, and with `SERVER_STATE` when what lies in the
 * folder is not to be touched.
 */
export async function ensureServer(options: EnsureOptions, context: CliContext): Promise<EnsuredServer> {
  const { folder } = options;
  const { clock } = context;
  const deadline = clock.now() + startTimeoutMs;
  let nextLockMs = clock.now();
  for (let waitMs = pollMs; ; waitMs = Math.min(maxPollMs, waitMs * 2)) {
    const found = await findServer(folder);
    const usable = usableIn(found);
    if (usable !== undefined) return { ...usable, isNew: false };
    const now = clock.now();
    if (now >= deadline) throw notInTime(found, folder);
    if (now >= nextLockMs) {
      nextLockMs = now + lockEveryMs;
      using lock = await tryLock(startLock(folder));
      const started = lock === undefined ? undefined : await replace(options, deadline, context);
      if (started !== undefined) return started;
    }
    await sleep(clock, waitMs);
  }
}

/** The server, if it runs and is of this version. */
export function usableIn(found: FoundServer): RunningServer | undefined {
  return found.kind === "running" && found.state.version === version ? found : undefined;
}

/** With the lock of those who start one: another caller may just have been faster. Undefined to look again. */
async function replace(
  options: EnsureOptions,
  deadline: number,
  context: CliContext,
): Promise<EnsuredServer | undefined> {
  const { folder, note } = options;
  const found = await findServer(folder);
  const usable = usableIn(found);
  if (usable !== undefined) return { ...usable, isNew: false };
  if (found.kind === "running") {
    const { state } = found;
    note(`Restarting the server: it is of version ${state.version}, and this is ${version}`);
    await signalServer(state, context.clock);
    return await startNew(folder, options.plan ?? planOf(state), deadline, context);
  }
  if (found.kind === "silent") throw silent(found.state, folder);
  if (found.kind === "unusable") await assertReplaceable(found, options);
  if (found.kind === "elsewhere") await assertDead(folder, `it belongs to a process on "${found.state.host}"`);
  const plan = options.plan ?? (found.kind === "gone" ? planOf(found.state) : await autoPlan(context));
  return await startNew(folder, plan, deadline, context);
}

/** To be started as it was before; who has its token can go on using it. */
export function planOf({ flags, token }: ServerState): StartPlan {
  return { flags, token: token ?? undefined };
}

async function startNew(
  folder: string,
  plan: StartPlan,
  deadline: number,
  context: CliContext,
): Promise<EnsuredServer | undefined> {
  const { clock } = context;
  const { spawnServer } = await import("./spawn-server.ts");
  const spawned = spawnServer({ folder, cwd: await projectFolder(context.cwd), ...plan }, context);
  while (clock.now() < deadline) {
    const usable = usableIn(await findServer(folder));
    if (usable !== undefined) return { ...usable, isNew: usable.state.pid === spawned.pid };
    if (spawned.ended !== undefined) return await afterEnd(spawned, folder);
    await sleep(clock, pollMs);
  }
  return undefined;
}

/** A server that found another one in its place is no failure. */
async function afterEnd(spawned: SpawnedServer, folder: string): Promise<undefined> {
  const { exitCode } = spawned.ended ?? { exitCode: null };
  if (exitCode === 7) return undefined;
  throw new CliError(
    "SERVER_UNREACHABLE",
    `Cannot start the server: it ended with exit code ${exitCode}, and said last: ${await spawned.lastWords()}`,
    { fix: `see ${serverLog(folder)}, or run without a server: "--local"` },
  );
}

async function assertReplaceable(
  { why, isReplaceable }: { readonly why: string; readonly isReplaceable: boolean },
  { folder, note }: EnsureOptions,
): Promise<void> {
  if (!isReplaceable) throw unusableState(folder, why);
  await assertDead(folder, why);
  note(`Replacing ${folder}/server.json: ${why}`);
}

/** A server lives exactly as long as its lock is held, whatever its file says. */
async function assertDead(folder: string, why: string): Promise<void> {
  if (await isLocked(serverLock(folder))) throw unusableState(folder, `${why}, and a server runs`);
}

/** For whoever cannot go on with what lies in the folder. */
export function unusableState(folder: string, why: string): CliError {
  return new CliError("SERVER_STATE", `Cannot use "${folder}/server.json": ${why}`, {
    fix: 'end that server if there is one, and remove the file; or run without a server: "--local"',
  });
}

/** For whoever needs an answer of a server that gives none. */
export function silent({ pid, url }: ServerState, folder: string): CliError {
  return new CliError("SERVER_UNREACHABLE", `Cannot reach the server at ${url}: process ${pid} does not answer`, {
    fix: `see ${serverLog(folder)}; "orchestr8 restart" starts it again, "--local" runs without it`,
  });
}

function notInTime(found: FoundServer, folder: string): CliError {
  const state = found.kind === "none" ? "none was started" : `it is ${found.kind}`;
  return new CliError(
    "SERVER_UNREACHABLE",
    `Cannot reach the server: ${startTimeoutMs / 1_000} s have passed, and ${state}`,
    { fix: `see ${serverLog(folder)}, or run without a server: "--local"` },
  );
}
