import { redactionMark } from "../../agents/sensitive.ts";
import type { AnyAgent } from "../../agents/agent.ts";
import type { AgentRegistry } from "../../agents/registry.ts";
import { withBuiltIns } from "../../agents/with-built-ins.ts";
import { isOrchestr8Error, ValidationError } from "../../errors.ts";
import { isArray, isJsonObject, type JsonValue } from "../../json.ts";
import { mapValues, truncationMark } from "../../journal/display.ts";
import type { Journal } from "../../journal/journal.ts";
import { workflowIdOf } from "../../workflow-reference.ts";
import type { ErrorRecord, ExecutionEvent, JournalEntry } from "../events.ts";
import { prepare } from "../prepare.ts";
import { SecretMask } from "../secret-mask.ts";
import { recordingOf, type Recording } from "./recording.ts";
import { rederive } from "./replay.ts";

/** Shorter ones would be found where they are not meant; they are hidden where they were marked, and nowhere else. */
const minMaskedLength = 6;

/**
 * Takes an execution out of a journal for others to see, such as for a test that is kept with the code: what schemas mark as
 * sensitive is `[redacted]` in it, and all that follows from that as it would have followed. Secrets are in no journal.
 *
 * `agents` are those that it calls, whose schemas know best what is sensitive. Without them what the journal shows tells.
 *
 * @throws {ExecutionNotFoundError} when the journal has no such execution, and {@link ValidationError} when it cannot be
 * recorded without its sensitive values, or nobody can tell which they are.
 */
export async function redactedRecording(
  journal: Journal,
  executionId: string,
  agents: Iterable<AnyAgent> = [],
): Promise<Recording> {
  const recording = await recordingOf(journal, executionId);
  return redactRecording(recording, agents, await journal.read(executionId));
}

/** As {@link redactedRecording}, for a recording at hand. `shown` is what the journal shows of its entries. */
export function redactRecording(
  recording: Recording,
  agents: Iterable<AnyAgent>,
  shown: readonly JournalEntry[] = [],
): Recording {
  const { entries, executionId, workflow } = recording;
  const registry = withBuiltIns(agents);
  const prepared = prepare(workflow, withUnknown(registry), {
    agentFor: (reference) => ({
      ...unknownAgent(`@workflow/${workflowIdOf(reference)}`),
      ...("definition" in reference && { input: reference.definition.input }),
    }),
  });
  const known = new Set(
    workflow.steps.flatMap((step) =>
      step.kind !== "agent" || registry.find(step.agent.id, step.agent.version) !== undefined ? [step.id] : [],
    ),
  );
  const marked = prepared.redactor.entries(entries).map((entry, index) => {
    const display = shown[index];
    return display === undefined ? entry : withMarks(entry, display, known, executionId);
  });
  const mask = maskOf(entries, marked);
  const redacted = marked.map((entry) => masked(entry, mask));
  if (redacted.every((entry, index) => entry === entries[index])) return recording;
  try {
    return rederive({ ...recording, entries: redacted });
  } catch (cause) {
    if (!isOrchestr8Error(cause) || cause.code !== "REPLAY_MISMATCH") throw cause;
    throw new ValidationError(
      `Cannot record execution "${executionId}" without its sensitive values: what it does depends on them (${cause.message})`,
      { cause },
    );
  }
}

/** Puts marks where the journal shows them. */
function withMarks(
  entry: JournalEntry,
  display: JournalEntry,
  known: ReadonlySet<string>,
  executionId: string,
): JournalEntry {
  const seen = valueIn(display.event);
  const event = mapValues(entry.event, (value) => {
    const isCut = typeof seen === "string" && seen.endsWith(truncationMark) && seen !== value;
    if (!isCut) return markedAs(value, seen);
    const stepId = "stepId" in entry.event ? entry.event.stepId : undefined;
    if (stepId === undefined || known.has(stepId)) return value;
    throw new ValidationError(
      `Cannot record execution "${executionId}": a value of step "${stepId}" is cut where the journal shows it, and without the step's agent nobody knows what in it is sensitive`,
    );
  });
  return event === entry.event ? entry : { ...entry, event };
}

function markedAs(value: JsonValue, seen: JsonValue | undefined): JsonValue {
  if (seen === redactionMark || seen === undefined || typeof value !== "object" || value === null) {
    return seen === redactionMark ? redactionMark : value;
  }
  if (isArray(value)) {
    const items = value.map((item, index) => markedAs(item, isArray(seen) ? seen[index] : undefined));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  const members = Object.entries(value).map(
    ([key, member]) => [key, markedAs(member, isJsonObject(seen) ? seen[key] : undefined)] as const,
  );
  return members.some(([key, member]) => member !== value[key]) ? Object.fromEntries(members) : value;
}

/** Finds again, wherever they came to, the texts that marks hide. */
function maskOf(entries: readonly JournalEntry[], marked: readonly JournalEntry[]): SecretMask {
  const mask = new SecretMask();
  for (const [index, { event }] of entries.entries()) {
    const after = marked[index]?.event;
    const value = valueIn(event);
    if (after !== undefined && after !== event && value !== undefined) addHidden(mask, value, valueIn(after));
  }
  return mask;
}

function addHidden(mask: SecretMask, value: JsonValue, after: JsonValue | undefined): void {
  if (value === after) return;
  if (typeof value === "string" && value.length >= minMaskedLength) mask.add("redacted", value);
  if (isArray(value)) {
    const items = after !== undefined && isArray(after) ? after : [];
    for (const [index, item] of value.entries()) addHidden(mask, item, items[index]);
  } else if (isJsonObject(value)) {
    for (const [key, member] of Object.entries(value)) {
      addHidden(mask, member, isJsonObject(after) ? after[key] : undefined);
    }
  }
}

/** What an event carries, without what the mask hides. Names of steps and agents stay. */
function masked(entry: JournalEntry, mask: SecretMask): JournalEntry {
  const event = maskedEvent(entry.event, mask);
  return event === entry.event ? entry : { ...entry, event };
}

function maskedEvent(event: ExecutionEvent, mask: SecretMask): ExecutionEvent {
  const changed = mapValues(event, (value) => mask.json(value));
  if (!("error" in changed)) return changed;
  const error = maskedError(changed.error, mask);
  return error === changed.error ? changed : { ...changed, error };
}

/** Its messages, of its causes too. */
function maskedError(error: ErrorRecord, mask: SecretMask): ErrorRecord {
  const message = mask.text(error.message);
  const cause = error.cause && maskedError(error.cause, mask);
  if (message === error.message && cause === error.cause) return error;
  return { ...error, message, ...(cause !== undefined && { cause }) };
}

function valueIn(event: ExecutionEvent): JsonValue | undefined {
  let found: JsonValue | undefined;
  mapValues(event, (value) => {
    found = value;
    return value;
  });
  return found;
}

/** The registry, with something in place of every agent that is not in it. */
function withUnknown(registry: AgentRegistry): AgentRegistry {
  const find = (id: string, range?: string): AnyAgent => registry.find(id, range) ?? unknownAgent(id);
  return {
    find,
    get: find,
    register: (agent) => registry.register(agent),
    ids: () => registry.ids(),
    versions: (id) => registry.versions(id),
    [Symbol.iterator]: () => registry[Symbol.iterator](),
  };
}

function unknownAgent(id: string): AnyAgent {
  return { id, version: "0.0.0", execute: () => null };
}
