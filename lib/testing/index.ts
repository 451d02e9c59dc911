export { allFaults, noFaults, type Faults, type FaultName } from "./simulation/faults.ts";
export { everyCrash, type CrashReport, type EveryCrashOptions } from "./simulation/every-crash.ts";
export { describeFailure, runWorld, traceHash } from "./simulation/run-world.ts";
export { simulate, type SimulateOptions, type SimulationReport } from "./simulation/simulate.ts";
export { VirtualClock } from "./virtual-clock.ts";
