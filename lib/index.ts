export type { AgentConfig } from "./agents/agent-config.ts";
export type { Agent, AgentContext, AgentSetup, AnyAgent, Schema } from "./agents/agent.ts";
export { BaseAgent } from "./agents/base-agent.ts";
export { builtInAgents } from "./agents/built-in.ts";
export { commandAgent } from "./agents/command/command-agent.ts";
export { type AgentDefinition, defineAgent, type DefinedAgent } from "./agents/define-agent.ts";
export { fileAgent } from "./agents/file/file-agent.ts";
export { helloWorld } from "./agents/hello-world.ts";
export { httpAgent } from "./agents/http/http-agent.ts";
export { type AgentRegistry, createAgentRegistry } from "./agents/registry.ts";
export { transformAgent } from "./agents/transform.ts";
export { type Bounds, bounds, type BoundsOptions } from "./bounds.ts";
export type { Clock, Random } from "./clock.ts";
export { type Config, defineConfig } from "./config.ts";
export type { NewId } from "./new-id.ts";
export { createEngine } from "./engine/create-engine.ts";
export type {
  Engine,
  EngineOptions,
  Idempotency,
  RerunOptions,
  StartedExecution,
  StartOptions,
} from "./engine/engine.ts";
export type { BusEntry, EventBus, ProgressNote, Subscription } from "./engine/event-bus.ts";
export type { ErrorRecord, EventType, ExecutionEvent, JournalEntry } from "./engine/events.ts";
export type { Execution } from "./engine/execution.ts";
export { parseRecording, type Recording, recordingOf } from "./engine/replay/recording.ts";
export { replay, type Replayed, type ReplayOptions } from "./engine/replay/replay.ts";
export { run, type RunnableWorkflow, type RunOptions } from "./engine/run.ts";
export type { SecretProvider } from "./engine/secret-store.ts";
export type { ExecutionStatus, StepStatus } from "./engine/state.ts";
export type { TypedWorkflow } from "./engine/typed-workflow.ts";
export type { ExecutionResult, ExecutionView, StepView } from "./engine/view.ts";
export {
  AgentNotFoundError,
  BulkheadFullError,
  CancelledError,
  CheckpointExistsError,
  CircuitOpenError,
  EngineClosedError,
  type ErrorCode,
  ExpressionError,
  IdempotencyKeyReusedError,
  InvalidValueError,
  isOrchestr8Error,
  JournalCorruptError,
  JournalIncompatibleError,
  JournalUnavailableError,
  LeaseLostError,
  Orchestr8Error,
  QueueFullError,
  RateLimitError,
  RetryableError,
  TimeoutError,
  ValidationError,
  type ValidationIssue,
} from "./errors.ts";
export { type ExportedEntry, type ExportedJournal, exportJournal } from "./journal/export-journal.ts";
export type {
  Batch,
  Claim,
  ClaimQuery,
  Creation,
  Delivery,
  ExecutionSummary,
  IdempotencyClaim,
  Journal,
  JournalRange,
  ListQuery,
  Message,
  NewExecution,
  RecordedStatus,
  StoredExecution,
} from "./journal/journal.ts";
export { MemoryJournal, type MemoryJournalOptions } from "./journal/memory-journal.ts";
export { openSqliteJournal, type SqliteJournal, type SqliteJournalOptions } from "./journal/sqlite/sqlite-journal.ts";
export type { GcOptions, GcReport } from "./journal/sqlite/sweep.ts";
export type { JsonObject, JsonSchema, JsonValue } from "./json.ts";
export type { Logger, LogLevel, LogRecord, LogSink } from "./log.ts";
export { type RemoteTrace, remoteTrace } from "./telemetry.ts";
export { version } from "./version.ts";
export { workflowHash } from "./workflow-hash.ts";
export type { FileWorkflow, Workflow } from "./workflow.ts";
export * from "../dsl/index.ts";
