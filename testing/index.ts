export { describeFailure, runWorld, traceHash } from "../lib/testing/simulation/run-world.ts";
export { everyCrash, type CrashReport, type EveryCrashOptions } from "../lib/testing/simulation/every-crash.ts";
export { allFaults, noFaults, type FaultName, type Faults } from "../lib/testing/simulation/faults.ts";
export { simulate, type SimulateOptions, type SimulationReport } from "../lib/testing/simulation/simulate.ts";
export { VirtualClock } from "../lib/testing/virtual-clock.ts";
export { type Clock, type Random, seededRandom, systemClock } from "../lib/clock.ts";
export type { AgentUnderTest, TestContext } from "./agent-under-test.ts";
export { createHarness, type AgentTestHarness, type TestExecution, type TestStartOptions } from "./harness.ts";
export type { HarnessOptions } from "./harness-options.ts";
export { type HttpHandler, UnhandledRequestError } from "./http-mock.ts";
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
