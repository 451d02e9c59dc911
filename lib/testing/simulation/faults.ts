import type { Draw } from "./draw.ts";

/** What goes wrong in a simulation, and how often. All of it is a chance, from 0 to 1. */
export interface Faults {
  /** At each journal write: the process ends, before the write or after it without having heard of it. */
  readonly crash: number;
  /** At each journal write: it is refused, or kept and yet reported as refused. */
  readonly writeError: number;
  /** At each look into the journal's inbox, and each load of an execution. */
  readonly readError: number;
  /** At each journal write: it is kept, and its answer comes, in a later task. */
  readonly slowCommit: number;
  /** At each call of an agent: it throws, hangs, ignores its signal, gives what is not JSON. */
  readonly agent: number;
  /** Each second: a process stands still, for longer than its lease. */
  readonly pause: number;
  /** Each second: the clock on the wall is set, forwards or backwards. */
  readonly clockJump: number;
  /** Each second: a process is asked to close, as on a deployment. */
  readonly close: number;
  /** Each second: a process tries to take over what others run. */
  readonly takeOver: number;
  /** Each second: somebody cancels an execution. */
  readonly cancel: number;
}

export type FaultName = keyof Faults;

export const noFaults: Faults = {
  crash: 0,
  writeError: 0,
  readError: 0,
  slowCommit: 0,
  agent: 0,
  pause: 0,
  clockJump: 0,
  close: 0,
  takeOver: 0,
  cancel: 0,
};

/** Everything at once, at a rate that lets most executions get somewhere. */
export const allFaults: Faults = {
  crash: 0.03,
  writeError: 0.02,
  readError: 0.02,
  slowCommit: 0.3,
  agent: 0.3,
  pause: 0.03,
  clockJump: 0.05,
  close: 0.03,
  takeOver: 0.1,
  cancel: 0.02,
};

/**
 * Which classes of faults a seed has, and how much of each. Most seeds have few of them: what only happens in the absence
 * of something else would else never be seen.
 */
export function drawFaults(draw: Draw): Faults {
  const share = draw.pick([0, 0.25, 0.5, 0.8]);
  const rate = (usual: number): number => (draw.chance(share) ? usual * draw.pick([0.3, 1, 3]) : 0);
  return {
    crash: rate(allFaults.crash),
    writeError: rate(allFaults.writeError),
    readError: rate(allFaults.readError),
    slowCommit: rate(allFaults.slowCommit),
    agent: rate(allFaults.agent),
    pause: rate(allFaults.pause),
    clockJump: rate(allFaults.clockJump),
    close: rate(allFaults.close),
    takeOver: rate(allFaults.takeOver),
    cancel: rate(allFaults.cancel),
  };
}
