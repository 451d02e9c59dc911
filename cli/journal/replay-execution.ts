import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseRecording, type Recording, recordingOf } from "../../lib/engine/replay/recording.ts";
import { replay } from "../../lib/engine/replay/replay.ts";
import type { Workflow } from "../../lib/workflow.ts";
import { CliError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import { loadInProject } from "../discovery/load-in-project.ts";
import type { ExitCode } from "../exit.ts";
import { isJsonOutput } from "../output-arguments.ts";
import { readText } from "../read-text.ts";
import { writeJson } from "../write-json.ts";
import { findExecution } from "./find-execution.ts";
import { openExistingJournal, type StateValues } from "./open-journal.ts";
import { type FoundRecording, writeTest } from "./write-test.ts";

export interface ReplayValues extends StateValues {
  readonly id: string;
  readonly workflow: string | undefined;
  readonly save: string | undefined;
  readonly "to-test": string | undefined;
  readonly force: boolean;
  readonly output: string | undefined;
  readonly json: boolean;
}

export async function replayExecution(values: ReplayValues, context: CliContext): Promise<ExitCode> {
  const found = await findRecording(values, context);
  const { recording } = found;
  const workflow = values.workflow === undefined ? undefined : await editedWorkflow(values.workflow, context);
  if (values.save !== undefined) await save(values.save, recording, context);
  const { executionId, entries } = replay(recording, workflow === undefined ? {} : { workflow });
  const files = values["to-test"] === undefined ? [] : await writeTest(values["to-test"], found, values, context);
  if (isJsonOutput(values)) {
    writeJson(context.stdout, { executionId, entries, isSame: true, ...(files.length > 0 && { files }) });
  } else {
    context.stdout.write(`execution ${executionId} went the same way: ${entries} events\n`);
    for (const file of files) context.stdout.write(`wrote ${file}\n`);
  }
  return 0;
}

async function findRecording(values: ReplayValues, context: CliContext): Promise<FoundRecording> {
  if (values.id.endsWith(".json")) {
    return { recording: parseRecording(await readText(values.id, context.cwd)), shown: [], origin: undefined };
  }
  await using journal = await openExistingJournal(values, context);
  const { executionId, origin } = await findExecution(journal, values.id);
  const recording = await recordingOf(journal, executionId);
  return { recording, shown: await journal.read(executionId), origin };
}

async function editedWorkflow(file: string, context: CliContext): Promise<Workflow> {
  const { workflow, diagnostics, text, texts } = await loadInProject(file, context);
  if (workflow !== undefined) return workflow;
  throw new CliError("INVALID_WORKFLOW", `Cannot replay on "${file}": it has errors`, { diagnostics, text, texts });
}

async function save(file: string, recording: Recording, { cwd }: CliContext): Promise<void> {
  try {
    // Sensitive values are in it, so nobody else may read it; and no file is overwritten.
    await writeFile(resolve(cwd, file), `${JSON.stringify(recording)}\n`, { flag: "wx", mode: 0o600 });
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "it cannot be opened";
    const state = code === "EEXIST" ? "there is such a file already" : code;
    throw new CliError("FILE", `Cannot write the recording to "${file}": ${state}`, { cause });
  }
}
