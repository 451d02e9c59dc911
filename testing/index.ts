export { describeFailure, runWorld, traceHash } from "../lib/testing/simulation/run-world.ts";
export type { CrashReport } from "../lib/testing/simulation/every-crash.ts";
export { allFaults, noFaults, type FaultName, type Faults } from "../lib/testing/simulation/faults.ts";
export type { SimulationReport } from "../lib/testing/simulation/simulate.ts";
export { VirtualClock } from "../lib/testing/virtual-clock.ts";
export { type Clock, type Random, seededRandom, systemClock } from "../lib/clock.ts";
export type { AgentUnderTest, TestContext } from "./agent-under-test.ts";
export { createHarness, type AgentTestHarness, type TestExecution, type TestStartOptions } from "./harness.ts";
export type { HarnessOptions } from "./harness-options.ts";
export { type HttpAnswer, type HttpHandler, UnhandledRequestError } from "./http-mock.ts";
export type { WorkflowSource } from "./open-workflow.ts";
export type { AgentCall, CompletedRun, Recorded, TestRun } from "./test-run.ts";
export {
  assertCancelled,
  assertCompensated,
  assertCompleted,
  assertFailed,
  assertOpenedCircuit,
  assertRanInOrder,
  assertRecovered,
  assertRetried,
  assertSkipped,
  assertTimedOut,
} from "./assertions.ts";
export { timeline } from "./timeline.ts";
export { runMatchers, type RunMatchers } from "./matchers.ts";
export {
  type MockFailure,
  type MockModel,
  mockModel,
  type MockReply,
  type ModelChunk,
  ModelFailureError,
  type ModelMessage,
  type ModelReply,
  type ModelRequest,
  type ModelTool,
  type ToolCall,
} from "./model.ts";
export { modelEndpoint } from "./model-endpoint.ts";
export { assertSound, assertSurvived, describeCrashes, describeSimulation, everyCrash, simulate } from "./simulate.ts";
export { patterns } from "./patterns.ts";
export { record, replay, type ReplayTestOptions } from "./record.ts";
export { parseRecording, type Recording } from "../lib/engine/replay/recording.ts";
export { type AgentCase, describeAgent, type DescribeAgentOptions, type Runner } from "./describe-agent.ts";
