export type { Agent, AgentContext, AnyAgent, Schema } from "./agents/agent.ts";
export { BaseAgent } from "./agents/base-agent.ts";
export { builtInAgents } from "./agents/built-in.ts";
export { defineAgent } from "./agents/define-agent.ts";
export { helloWorld } from "./agents/hello-world.ts";
export { type AgentRegistry, createAgentRegistry } from "./agents/registry.ts";
export type { Clock, NewId, Random } from "./clock.ts";
export {
  createEngine,
  type Engine,
  type EngineOptions,
  type StartOptions,
  type StartedExecution,
} from "./engine/engine.ts";
export type { BusEntry, EventBus, ProgressNote, Subscription } from "./engine/event-bus.ts";
export type { ErrorRecord, EventType, ExecutionEvent, JournalEntry } from "./engine/events.ts";
export type { Execution } from "./engine/execution.ts";
export { run, type RunnableWorkflow, type RunOptions } from "./engine/run.ts";
export type { ExecutionStatus, StepStatus } from "./engine/state.ts";
export type { ExecutionResult, ExecutionView, StepView } from "./engine/view.ts";
export {
  AgentNotFoundError,
  BulkheadFullError,
  CancelledError,
  CircuitOpenError,
  EngineClosedError,
  type ErrorCode,
  ExpressionError,
  IdempotencyKeyReusedError,
  InvalidValueError,
  isOrchestr8Error,
  Orchestr8Error,
  QueueFullError,
  RateLimitError,
  RetryableError,
  TimeoutError,
  ValidationError,
  type ValidationIssue,
} from "./errors.ts";
export { type ExportedEntry, type ExportedJournal, exportJournal } from "./journal/export-journal.ts";
export type { Journal, JournalRange } from "./journal/journal.ts";
export { MemoryJournal, type MemoryJournalOptions } from "./journal/memory-journal.ts";
export type { JsonObject, JsonSchema, JsonValue } from "./json.ts";
export type { Logger, LogLevel, LogRecord, LogSink } from "./log.ts";
export { type RemoteTrace, remoteTrace } from "./telemetry.ts";
export { version } from "./version.ts";
export { workflowHash } from "./workflow-hash.ts";
export type { Workflow } from "./workflow.ts";
export * from "../dsl/index.ts";
