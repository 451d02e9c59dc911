import { recordedStatuses, isEnded } from "../../lib/journal/recorded-status.ts";
import type { Client } from "../../server/client/client.ts";
import type { CliContext } from "../context.ts";
import { formatElapsed } from "../elapsed.ts";
import type { ExitCode } from "../exit.ts";
import type { StateValues } from "../journal/state-folder.ts";
import { isJsonOutput } from "../output-arguments.ts";
import { writeJson } from "../write-json.ts";
import { silent, unusableState } from "./ensure-server.ts";
import { findServer, type RunningServer } from "./find-server.ts";
import { serverFolder, serverLog } from "./server-folder.ts";

export interface StatusValues extends StateValues {
  readonly output: string | undefined;
  readonly json: boolean;
}

/** A server as `status --json` shows it. */
interface ServerStatus {
  readonly isRunning: true;
  readonly pid: number;
  readonly url: string;
  readonly version: string;
  readonly startedAt: string;
  readonly uptimeMs: number;
  /** The unfinished ones of the project by status, those of other processes included. */
  readonly executions: Readonly<Record<string, number>>;
  readonly log: string;
}

/** Shows how the server of a project stands: 0 when it runs, 6 when it does not. */
export async function showStatus(values: StatusValues, context: CliContext): Promise<ExitCode> {
  const folder = await serverFolder(values, context);
  const found = await findServer(folder);
  if (found.kind === "unusable") throw unusableState(folder, found.why);
  if (found.kind === "elsewhere") throw unusableState(folder, `it belongs to a process on "${found.state.host}"`);
  if (found.kind === "silent") throw silent(found.state, folder);
  const isJson = isJsonOutput(values);
  if (found.kind !== "running") {
    if (isJson) writeJson(context.stdout, { isRunning: false });
    else context.stdout.write("No server runs\n");
    return 6;
  }
  const status = await statusOf(found, serverLog(folder));
  if (isJson) writeJson(context.stdout, status);
  else context.stdout.write(render(status));
  return 0;
}

async function statusOf({ state, health, client }: RunningServer, log: string): Promise<ServerStatus> {
  const { pid, url, version, startedAt } = state;
  const executions = await countUnfinished(client);
  return { isRunning: true, pid, url, version, startedAt, uptimeMs: health.uptimeMs, executions, log };
}

async function countUnfinished(client: Client): Promise<Readonly<Record<string, number>>> {
  const status = recordedStatuses.filter((name) => !isEnded(name));
  const counts = new Map<string, number>();
  let cursor: string | undefined;
  do {
    const page = await client.executions({ status, limit: 200, ...(cursor !== undefined && { cursor }) });
    for (const execution of page.executions) counts.set(execution.status, (counts.get(execution.status) ?? 0) + 1);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return Object.fromEntries(counts);
}

function render({ pid, url, version, uptimeMs, executions, log }: ServerStatus): string {
  const counts = Object.entries(executions).map(([status, count]) => `${count} ${status}`);
  const rows: readonly (readonly [string, string])[] = [
    ["server", url],
    ["process", String(pid)],
    ["version", version],
    ["uptime", formatElapsed(uptimeMs)],
    ["executions", counts.length === 0 ? "none unfinished" : counts.join(", ")],
    ["log", log],
  ];
  return rows.map(([name, value]) => `${name.padEnd(10)}  ${value}\n`).join("");
}
