import { readdir } from "node:fs/promises";
import { resolve } from "node:path";
import type { ExecutionSummary } from "../../lib/journal/journal.ts";
import type { CliContext } from "../context.ts";
import { formatAge } from "../elapsed.ts";
import { openExistingJournal } from "../journal/open-journal.ts";
import type { Completion, Places } from "./complete-words.ts";

const maxExecutions = 30;
const workflowEnding = /\.(?:o8\.json|m?[jt]s)$/;
/** Statuses that one goes on with, or wants to look at. */
const usual = ["running", "waiting", "failed"] as const;

/** The files of this folder and the executions of this project. */
export function createPlaces(context: CliContext): Places {
  return async (kind, typed) => {
    if (kind === "execution") return await executions(context);
    return await files(context.cwd, typed, kind === "workflow" ? workflowEnding : /./);
  };
}

/** In the folder that is typed so far, folders included. */
async function files(cwd: string, typed: string, wanted: RegExp): Promise<readonly Completion[]> {
  const folder = typed.slice(0, typed.lastIndexOf("/") + 1);
  const entries = await readdir(resolve(cwd, folder === "" ? "." : folder), { withFileTypes: true }).catch(() => []);
  const shown = entries.filter(({ name }) => typed.slice(folder.length).startsWith(".") || !name.startsWith("."));
  return shown.flatMap((entry): Completion[] => {
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : [{ text: `${folder}${entry.name}/` }];
    return wanted.test(entry.name) ? [{ text: `${folder}${entry.name}` }] : [];
  });
}

/** A shell that waits for a word is not the place to say why there are none. */
async function executions(context: CliContext): Promise<readonly Completion[]> {
  const listed = await latest(context).catch((): readonly ExecutionSummary[] => []);
  return [
    { text: "latest", description: "the newest one" },
    ...usual.map((status) => ({ text: `latest:${status}`, description: `the newest one that is ${status}` })),
    ...listed.map(({ executionId, workflowId, status, createdAt }) => ({
      text: executionId,
      description: `${workflowId} ${status}, ${formatAge(context.clock.wall() - createdAt)} ago`,
    })),
  ];
}

async function latest(context: CliContext): Promise<readonly ExecutionSummary[]> {
  await using journal = await openExistingJournal({ "state-dir": undefined }, context);
  return await journal.list({ limit: maxExecutions });
}
