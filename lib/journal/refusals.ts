import { CheckpointExistsError, IdempotencyKeyReusedError, LeaseLostError } from "../errors.ts";
import type { CheckpointKey } from "./checkpoint.ts";

// Every journal refuses a write in the same words.

export function leaseLost(executionId: string): LeaseLostError {
  return new LeaseLostError(
    `Cannot record execution "${executionId}": this engine does not own it any more; another one goes on with it`,
  );
}

export function alreadyEnded(executionId: string): RangeError {
  return new RangeError(`Cannot record execution "${executionId}": it has ended`);
}

export function outOfOrder(executionId: string, expected: number, got: number): RangeError {
  return new RangeError(`Cannot record execution "${executionId}": the next sequence must be ${expected}, got ${got}`);
}

export function idTaken(executionId: string): RangeError {
  return new RangeError(`Cannot create execution "${executionId}": an execution has this id already`);
}

export function keyReused(): IdempotencyKeyReusedError {
  return new IdempotencyKeyReusedError(
    "Cannot start an execution: the idempotency key was used for a different request; use a new key",
  );
}

export function checkpointExists(executionId: string, { step, item, iteration }: CheckpointKey): CheckpointExistsError {
  const place = [
    `"${step}"`,
    ...(item >= 0 ? [`item ${item}`] : []),
    ...(iteration > 0 ? [`iteration ${iteration}`] : []),
  ];
  return new CheckpointExistsError(
    `Cannot record execution "${executionId}": the result of ${place.join(", ")} is recorded already`,
  );
}
