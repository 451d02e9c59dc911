import type { Wait } from "../lib/workflow.ts";
import type { AnyWaitOptions } from "./any-step-options.ts";
import { isWait, parseWait, waitMessage } from "./duration.ts";
import { isIsoTime } from "../lib/iso-time.ts";
import type { DurationInput } from "./policies.ts";
import { signalName, signalNameMessage } from "./step-limits.ts";
import { toTemplate } from "./template-input.ts";
import type { DefinitionScope } from "./value-source.ts";

/** What the options of a `wait()` wait for. Throws TypeError or RangeError saying what they must be. */
export function toWait(options: AnyWaitOptions, scope: DefinitionScope): Wait {
  const { for: time, until, signal, timeout } = options;
  if ([time, until, signal].filter((given) => given !== undefined).length !== 1) {
    throw new TypeError('a wait must have exactly one of "for", "until" and "signal"');
  }
  if (signal !== undefined) return toSignal(signal, timeout);
  if (timeout !== undefined) throw new TypeError("only waiting for a signal can time out");
  return time === undefined ? toMoment(until, scope) : { kind: "duration", ms: waitMs("for", time) };
}

function toSignal(name: string, timeout: DurationInput | undefined): Wait {
  if (!signalName.test(name)) throw new TypeError(`signal must be ${signalNameMessage}`);
  return { kind: "signal", name, ...(timeout !== undefined && { timeoutMs: waitMs("timeout", timeout) }) };
}

function toMoment(until: unknown, scope: DefinitionScope): Wait {
  const time = toTemplate(until, scope);
  const mayBeTime =
    time.kind === "literal"
      ? typeof time.value === "string" && isIsoTime(time.value)
      : time.kind === "expression" || time.kind === "text";
  if (mayBeTime) return { kind: "until", time };
  throw new TypeError("until must be an ISO 8601 time with an offset, such as 2026-03-01T09:00:00+01:00");
}

function waitMs(field: string, duration: DurationInput): number {
  if (isWait(duration)) return parseWait(duration);
  throw new RangeError(`${field} must be ${waitMessage}`);
}
