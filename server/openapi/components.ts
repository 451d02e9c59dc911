import { diagnosticCodes } from "../../dsl/diagnostics.ts";
import { recordedStatuses } from "../../lib/journal/recorded-status.ts";
import type { JsonSchema } from "../../lib/json.ts";
import { problemTable } from "../problem.ts";
import {
  anyObject,
  anyValue,
  described,
  flag,
  integer,
  list,
  mapOf,
  number,
  object,
  oneOfTexts,
  ref,
  text,
  time,
} from "./schema.ts";

const position = object({ line: integer, column: integer, offset: integer });
const bound = described("Null where there is none", { type: ["number", "null"] });
const workflowName = object({ id: text, name: text, version: text, hash: text });
const workflowSummary = { id: text, name: text, version: text, hash: text, steps: integer };
const budgetPart = object({ used: number, limit: number });
const workflowMore = { description: text, tags: list(text) };

/** What requests and replies are made of, by name. */
export const components: Readonly<Record<string, JsonSchema>> = {
  Problem: object(
    {
      type: text,
      title: text,
      status: integer,
      detail: text,
      instance: text,
      code: oneOfTexts(Object.keys(problemTable)),
      correlationId: text,
      isRetryable: flag,
    },
    { errors: list(ref("ProblemDetail")) },
  ),
  ProblemDetail: object(
    { pointer: described("RFC 6901, from the top of the body", text), code: text, message: text },
    { fix: text, range: ref("Range") },
  ),
  Range: object({ start: position, end: position }),
  Status: oneOfTexts(recordedStatuses),
  WorkflowDocument: described("What an .o8.json file holds", anyObject),
  Accepted: object({
    executionId: text,
    status: ref("Status"),
    links: object({ self: text, journal: text, events: text, cancel: text }),
  }),
  Diagnostic: object(
    {
      code: oneOfTexts(Object.keys(diagnosticCodes)),
      severity: oneOfTexts(["error", "warning"]),
      message: text,
      pointer: text,
    },
    { range: ref("Range"), fix: text },
  ),
  Validation: object({ valid: flag, diagnostics: list(ref("Diagnostic")) }, { bounds: ref("Bounds") }),
  Bounds: object({
    longestPath: list(text),
    attempts: bound,
    timeMs: bound,
    cost: object({}, { tokens: integer, usd: number, calls: integer }),
    perItem: list(object({ stepId: text, attempts: bound, timeMs: bound })),
    unbounded: list(object({ stepId: text, reason: text })),
  }),
  WorkflowSummary: object(workflowSummary, workflowMore),
  WorkflowDetail: object({ ...workflowSummary, workflow: anyObject, graph: ref("Graph") }, workflowMore),
  Graph: object({
    nodes: list(object({ id: text, kind: text, does: text, notes: list(text) }, { name: text })),
    edges: list(object({ from: text, to: text, kind: oneOfTexts(["dependency", "fallback"]) })),
  }),
  Agent: object(
    { id: text, version: text, semantics: oneOfTexts(["at-least-once", "at-most-once"]) },
    { description: text, input: anyValue, output: anyValue, config: anyValue },
  ),
  ExecutionSummary: object(
    {
      executionId: text,
      status: ref("Status"),
      workflow: object({ id: text, name: text, hash: text }),
      createdAt: time,
      updatedAt: time,
      sequence: integer,
      isOwned: described("Whether a process that is alive runs it", flag),
    },
    { wakeAt: time, parentId: text },
  ),
  Execution: object(
    {
      executionId: text,
      status: ref("Status"),
      workflow: workflowName,
      correlationId: text,
      createdAt: time,
      sequence: described("Of the last entry that it shows", integer),
      progress: object({ total: integer, settled: integer, running: integer }),
      input: anyValue,
      steps: mapOf(ref("Step")),
    },
    {
      startedAt: time,
      endedAt: time,
      durationMs: number,
      parentId: text,
      forkOf: text,
      output: anyValue,
      error: ref("Failure"),
      reason: text,
      budget: ref("Budget"),
    },
  ),
  Step: described("A step as it stands. More keys than these depend on its status", {
    type: "object",
    required: ["status", "attempts"],
    properties: {
      status: text,
      name: text,
      agent: text,
      workflow: text,
      attempts: integer,
      output: anyValue,
      error: ref("Failure"),
    },
  }),
  Budget: object({}, { calls: budgetPart, tokens: budgetPart, usd: budgetPart }),
  Failure: described("Why something failed", {
    type: "object",
    required: ["name", "code", "message", "isRetryable"],
    properties: { name: text, code: text, message: text, isRetryable: flag },
  }),
  JournalEntry: described("An event. More keys than these depend on its type", {
    type: "object",
    required: ["sequence", "time", "elapsedMs", "deltaMs", "type"],
    properties: { sequence: integer, time, elapsedMs: number, deltaMs: number, type: text },
  }),
};
