import type { JsonSchema } from "../../lib/json.ts";
import type { ProblemCode } from "../problem.ts";
import type { RouteName } from "../route-table.ts";
import { anyObject, anyValue, described, integer, list, object, oneOfTexts, ref, text, time } from "./schema.ts";

/** What is said of an endpoint. */
export interface Operation {
  readonly summary: string;
  readonly query?: Readonly<Record<string, JsonSchema>>;
  readonly headers?: Readonly<Record<string, JsonSchema>>;
  readonly body?: JsonSchema;
  /** By status. A text is the media type of what is not JSON; `"none"` is a reply without a body. */
  readonly replies: Readonly<Record<number, JsonSchema | string>>;
  /** Other media types of a reply that can be JSON. */
  readonly also?: readonly string[];
  /** What is answered besides what can be answered everywhere. */
  readonly problems?: readonly ProblemCode[];
}

const idempotencyKey = { "Idempotency-Key": text };
const lastEventId = { "Last-Event-ID": text };
const limit = (maximum: number): JsonSchema => ({ type: "integer", minimum: 1, maximum });

/** Total over the endpoints, so a new one does not compile before it is described. */
export const operations: Readonly<Record<RouteName, Operation>> = {
  executeWorkflow: {
    summary: "Start an execution",
    headers: { ...idempotencyKey, Prefer: text },
    body: object(
      {},
      {
        workflow: ref("WorkflowDocument"),
        workflowId: text,
        source: text,
        input: anyValue,
        variables: anyObject,
        correlationId: text,
      },
    ),
    replies: { 200: ref("Execution"), 202: ref("Accepted") },
    problems: ["QUEUE_FULL", "ENGINE_CLOSED", "IDEMPOTENCY_KEY_REUSED", "AGENT_NOT_FOUND"],
  },
  validateWorkflow: {
    summary: "Say all that is wrong with a workflow",
    body: object({}, { workflow: ref("WorkflowDocument"), source: text }),
    replies: { 200: ref("Validation") },
  },
  listWorkflows: {
    summary: "List the registered workflows",
    headers: { "If-None-Match": text },
    replies: { 200: object({ workflows: list(ref("WorkflowSummary")) }), 304: "none" },
  },
  getWorkflow: {
    summary: "Show a registered workflow, with AST and graph",
    headers: { "If-None-Match": text },
    replies: { 200: ref("WorkflowDetail"), 304: "none" },
    problems: ["NOT_FOUND"],
  },
  listAgents: { summary: "List the registered agents", replies: { 200: object({ agents: list(ref("Agent")) }) } },
  listExecutions: {
    summary: "List executions, the newest first",
    query: { status: text, workflowId: text, since: time, q: text, limit: limit(200), cursor: text },
    replies: { 200: object({ executions: list(ref("ExecutionSummary")) }, { nextCursor: text }) },
  },
  getExecution: {
    summary: "Show how an execution stands",
    headers: { "If-None-Match": text },
    replies: { 200: ref("Execution"), 304: "none" },
    problems: ["NOT_FOUND"],
  },
  getJournal: {
    summary: "Read what happened in an execution",
    query: { cursor: integer, limit: limit(1_000), types: text, format: oneOfTexts(["json", "ndjson", "trace"]) },
    replies: {
      200: {
        anyOf: [
          object({ version: integer, executionId: text, entries: list(ref("JournalEntry")) }, { nextCursor: integer }),
          object({ displayTimeUnit: text, traceEvents: list(anyObject) }),
        ],
      },
    },
    also: ["application/x-ndjson"],
    problems: ["NOT_FOUND"],
  },
  streamExecution: {
    summary: "Follow an execution until it ends",
    headers: lastEventId,
    replies: { 200: "text/event-stream", 204: "none" },
    problems: ["NOT_FOUND", "STREAMS_FULL"],
  },
  drawExecution: {
    summary: "Draw the workflow of an execution",
    query: { style: oneOfTexts(["own", "none"]) },
    replies: { 200: "image/svg+xml" },
    problems: ["NOT_FOUND", "VALUE_TOO_LARGE"],
  },
  cancelExecution: {
    summary: "Ask an execution to stop",
    body: object({}, { reason: text }),
    replies: {
      200: object({ executionId: text, status: ref("Status") }),
      202: object({ executionId: text, status: ref("Status") }),
    },
    problems: ["NOT_FOUND"],
  },
  signalExecution: {
    summary: "Tell an execution something",
    headers: idempotencyKey,
    query: { require: oneOfTexts(["waiting"]) },
    body: object({}, { payload: anyValue }),
    replies: { 202: object({ executionId: text, signal: text }) },
    problems: ["NOT_FOUND", "NOT_WAITING", "EXECUTION_ENDED"],
  },
  rerunExecution: {
    summary: "Run an execution's workflow again",
    body: object({}, { from: text }),
    replies: { 202: ref("Accepted") },
    problems: ["NOT_FOUND", "QUEUE_FULL", "ENGINE_CLOSED"],
  },
  streamAll: {
    summary: "Follow the executions of this process",
    headers: lastEventId,
    query: { executionId: text, status: text },
    replies: { 200: "text/event-stream" },
    problems: ["STREAMS_FULL"],
  },
  createSessionLink: {
    summary: "Make a link that lets a browser in",
    body: object({}),
    replies: { 201: object({ url: described("Of this server, good once", text), expiresAt: time }) },
  },
  openSession: {
    summary: "Let a browser in by its link",
    query: { code: text },
    replies: { 303: "none" },
    problems: ["LINK_SPENT"],
  },
  getDashboard: { summary: "Watch executions, as a page", replies: { 200: "text/html" } },
  getDocs: { summary: "This description, as a page", replies: { 200: "text/html" } },
  getAsset: { summary: "A file of the pages", replies: { 200: "text/plain" }, problems: ["NOT_FOUND"] },
  getMetrics: { summary: "Numbers for Prometheus", replies: { 200: "text/plain" } },
  getHealth: {
    summary: "Whether the process lives",
    replies: { 200: object({ status: text, service: text, version: text, pid: integer, uptimeMs: integer }) },
  },
  getReady: {
    summary: "Whether new work is taken",
    replies: { 200: object({ status: text }) },
    problems: ["ENGINE_CLOSED"],
  },
  getOpenApi: { summary: "This description", replies: { 200: anyObject } },
};
