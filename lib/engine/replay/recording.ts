import { ExecutionNotFoundError, ValidationError } from "../../errors.ts";
import { isJsonObject } from "../../json.ts";
import type { Journal } from "../../journal/journal.ts";
import type { Workflow } from "../../workflow.ts";
import type { JournalEntry } from "../events.ts";

/** A whole execution as data: its workflow, and all that happened to it, values whole. Format version 1. */
export interface Recording {
  readonly version: 1;
  readonly executionId: string;
  readonly workflow: Workflow;
  readonly entries: readonly JournalEntry[];
}

/**
 * Takes an execution out of a journal. Values are whole, so what schemas call sensitive is in it, too: keep it as you keep
 * the journal's file.
 *
 * @throws {ExecutionNotFoundError} when the journal has no such execution.
 */
export async function recordingOf(journal: Journal, executionId: string): Promise<Recording> {
  const stored = await journal.load(executionId);
  if (stored === undefined) {
    throw new ExecutionNotFoundError(`Cannot record execution "${executionId}": the journal has none of this id`);
  }
  const { workflow, entries } = stored;
  return { version: 1, executionId, workflow, entries };
}

/**
 * Reads a recording that was written as JSON.
 *
 * @throws {ValidationError} when the text is no recording of a format that this version knows.
 */
export function parseRecording(text: string): Recording {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw notRecording("it is not JSON", cause);
  }
  if (!isJsonObject(value)) throw notRecording("it must be an object");
  const { version, executionId, workflow, entries } = value;
  if (version !== 1) throw notRecording("its version must be 1");
  if (typeof executionId !== "string") throw notRecording("its executionId must be a string");
  if (!isWorkflow(workflow)) throw notRecording("its workflow must be one");
  if (!isEntries(entries)) throw notRecording("its entries must be a list of recorded events");
  return { version, executionId, workflow, entries };
}

function notRecording(why: string, cause?: unknown): ValidationError {
  return new ValidationError(`Cannot read the recording: ${why}`, cause === undefined ? {} : { cause });
}

/** As deep as a replay relies on it: the plan refuses what is no workflow, and the fold what cannot have happened. */
function isWorkflow(value: unknown): value is Workflow {
  return isJsonObject(value) && value["kind"] === "workflow" && Array.isArray(value["steps"]);
}

function isEntries(value: unknown): value is readonly JournalEntry[] {
  return Array.isArray(value) && value.every(isEntry);
}

function isEntry(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const { sequence, elapsedMs, event } = value;
  return (
    typeof sequence === "number" &&
    typeof elapsedMs === "number" &&
    isJsonObject(event) &&
    typeof event["type"] === "string"
  );
}
