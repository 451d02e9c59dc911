import type { Attempt } from "./check-units.ts";
import type { Call, Recorder } from "./recorder.ts";

/**
 * Calls of agents against the record: each call belongs to an attempt whose start was kept before, no attempt is called for
 * twice, and whatever completed was called for.
 */
export function checkCalls(attempts: readonly Attempt[], recorder: Recorder): void {
  const started = new Map<string, Attempt>();
  for (const attempt of attempts) if (!attempt.isChild) started.set(`${attempt.key} ${attempt.attempt}`, attempt);
  const called = new Map<string, Call>();
  for (const call of recorder.calls) {
    const { key, attempt, executionId, kept, agentId } = call;
    const id = `${key} ${attempt}`;
    const start = started.get(id);
    if (called.has(id)) recorder.violation(executionId, `${agentId} was called twice for attempt ${attempt} of ${key}`);
    called.set(id, call);
    if (start === undefined) {
      recorder.violation(executionId, `${agentId} was called for ${id}, of which the journal knows nothing`);
    } else if (start.commit > kept) {
      recorder.violation(executionId, `${agentId} was called for ${id} before the journal kept its start`);
    } else if (start.process !== call.process) {
      recorder.violation(
        executionId,
        `process ${call.process} called for ${id}, which process ${start.process} started`,
      );
    }
  }
  for (const [id, { executionId, hasCompleted }] of started) {
    if (hasCompleted && !called.has(id))
      recorder.violation(executionId, `${id} completed, and nobody was called for it`);
  }
}
