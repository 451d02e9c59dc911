/** What an execution's spans say of it. */
export interface TracedExecution {
  readonly executionId: string;
  readonly workflowId: string;
  readonly workflowVersion: string;
  readonly correlationId: string;
  /** Milliseconds since the epoch; spans get their times from this and the entries' `elapsedMs`. */
  readonly createdAt: number;
  /** The agent of a step, or what else it does. */
  readonly agentOf: (stepId: string) => string;
}
