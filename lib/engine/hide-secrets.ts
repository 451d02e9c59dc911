import type { ErrorRecord, ExecutionEvent } from "./events.ts";
import type { SecretMask } from "./secret-mask.ts";

/** Data is masked where it comes in; what people say and errors tell is masked here. */
export function hideIn(event: ExecutionEvent, mask: SecretMask): ExecutionEvent {
  if ("error" in event) return { ...event, error: hideInError(event.error, mask) };
  return event.type === "execution.cancelling" || event.type === "execution.cancelled"
    ? { ...event, reason: mask.text(event.reason) }
    : event;
}

function hideInError(error: ErrorRecord, mask: SecretMask): ErrorRecord {
  const { cause, issues } = error;
  return {
    ...error,
    message: mask.text(error.message),
    ...(issues !== undefined && {
      issues: issues.map(({ pointer, message }) => ({ pointer: mask.text(pointer), message: mask.text(message) })),
    }),
    ...(cause !== undefined && { cause: hideInError(cause, mask) }),
  };
}
