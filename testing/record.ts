import { AssertionError } from "node:assert";
import type { AnyAgent } from "../lib/agents/agent.ts";
import { redactedRecording } from "../lib/engine/replay/redacted-recording.ts";
import { parseRecording, type Recording } from "../lib/engine/replay/recording.ts";
import { replay as replayOf } from "../lib/engine/replay/replay.ts";
import { isOrchestr8Error } from "../lib/errors.ts";
import type { Journal } from "../lib/journal/journal.ts";
import { openWorkflow, type WorkflowSource } from "./open-workflow.ts";
import { timeline } from "./timeline.ts";

/**
 * Turns an execution into a recording that a test can keep beside the code: what agents gave, what was signalled, and all
 * that followed. What schemas mark as sensitive is redacted in it, as far as the `agents` and the journal tell; secrets are
 * in no journal.
 *
 * @throws {ValidationError} when the execution goes another way without its sensitive values.
 */
export async function record(
  journal: Journal,
  executionId: string,
  options: { readonly agents?: Iterable<AnyAgent> } = {},
): Promise<Recording> {
  return await redactedRecording(journal, executionId, options.agents);
}

export interface ReplayTestOptions {
  /** The workflow as it is now. Default: the recorded one, which tests the engine alone. */
  readonly workflow?: WorkflowSource;
}

/**
 * Runs a recorded execution again, offline: no agent is called, each gives what it gave. Fails when the workflow does
 * something else with that: gives a step another input, takes another order or path, has a new step, or comes to another
 * result. The message tells what happened up to there.
 *
 * @example
 * ```ts
 * test("orders go the way they went", () => replay(recording, { workflow: order }));
 * ```
 */
export function replay(recording: string | object, { workflow }: ReplayTestOptions = {}): void {
  const recorded = parseRecording(typeof recording === "string" ? recording : JSON.stringify(recording));
  const now = workflow === undefined ? {} : { workflow: openWorkflow(workflow, "any").workflow };
  try {
    replayOf(recorded, now);
  } catch (cause) {
    if (!isOrchestr8Error(cause) || cause.code !== "REPLAY_MISMATCH") throw cause;
    throw new AssertionError({ message: complaint(recorded, cause) });
  }
}

function complaint({ workflow, executionId, entries }: Recording, cause: Error): string {
  const sequence = "sequence" in cause && typeof cause.sequence === "number" ? cause.sequence : entries.length + 1;
  const what = cause.message.replace(/^Cannot replay execution "[^"]*" at /, "");
  const before = timeline(entries.filter((entry) => entry.sequence < sequence));
  return (
    `Expected workflow "${workflow.metadata.id}" to go the way that was recorded of execution "${executionId}"; ` +
    `it differs at ${what}\n\nSo far it went the same way:\n${before}`
  );
}
