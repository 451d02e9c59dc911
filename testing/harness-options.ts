import type { AnyAgent } from "../lib/agents/agent.ts";
import type { Clock } from "../lib/clock.ts";
import type { Environment } from "../lib/engine/environment.ts";
import type { VirtualClock } from "../lib/testing/virtual-clock.ts";
import type { HttpAnswer, HttpHandler } from "./http-mock.ts";
import type { WorkflowSource } from "./open-workflow.ts";

export interface HarnessOptions<OwnClock extends Clock = VirtualClock> {
  /** Agents that steps may name, in addition to the built-in ones and those that a definition brings along. */
  readonly agents?: readonly AnyAgent[];
  /** Workflows that steps may run as children, by their ids. */
  readonly workflows?: readonly WorkflowSource[];
  /**
   * Request handlers of MSW 2, which has to be installed then. From the first run on they answer every HTTP request of the
   * process, and one that none of them answers fails the run. `[]` refuses all. Default: requests go where they go.
   */
  readonly handlers?: readonly (HttpHandler | HttpAnswer)[];
  /** Default: a {@link VirtualClock}, moved on by the harness. With `systemClock` everything takes its time. */
  readonly clock?: OwnClock;
  /** Decides ids and random delays. The same for the same seed; default 1. */
  readonly seed?: number | string;
  /** By name, at least 6 characters each. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** What workflows may read as `${env.NAME}`. */
  readonly environment?: Environment;
  /** Steps at once, default 10. */
  readonly maxConcurrency?: number;
}
