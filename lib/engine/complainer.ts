import type { Clock } from "../clock.ts";
import type { LogRecord, LogSink } from "../log.ts";
import type { SecretMask } from "./secret-mask.ts";

interface Complaints {
  readonly clock: Clock;
  readonly log: LogSink | undefined;
  readonly mask: SecretMask;
}

/** Logs, as one message, the errors that no execution can be told of; `ids` say which one they are about, if any. */
export function complainer(
  message: string,
  { clock, log, mask }: Complaints,
  ids?: Partial<LogRecord>,
): (error: unknown) => void {
  return (error) => {
    const time = new Date(clock.wall()).toISOString();
    const data = mask.text(error instanceof Error ? error.message : String(error));
    log?.({ level: "error", time, message, ...ids, data });
  };
}
